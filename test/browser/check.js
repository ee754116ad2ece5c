// What must hold of every page, in a frame of any width, in light and dark. Writes TAP.
'use strict';

const tap = document.querySelector('#tap');
function report(good, what, problems) {
    tap.append(`${good ? 'ok' : 'not ok'} - ${what}\n`);
    for (const problem of (problems || []).slice(0, 5)) tap.append(`#   ${problem}\n`);
}
function none(problems, what) { report(problems.length === 0, what, problems); }

const name = e => e.tagName.toLowerCase() + (e.getAttribute('class') ? '.' + e.getAttribute('class').trim().replace(/\s+/g, '.') : '');
const said = e => `${name(e)} "${e.textContent.trim().slice(0, 40)}"`;

// Read by screen readers only, or cut off by the picture around it.
const hidden = e => e.closest('.vh, symbol, title, desc, style, head') !== null;
const cut = e => e.closest('svg[overflow=hidden]') !== null;
const shown = e => !hidden(e) && e.checkVisibility() && e.getClientRects().length > 0;

function overflow(page) {
    const width = page.defaultView.innerWidth, problems = [];
    if (page.documentElement.scrollWidth > width) problems.push(`the page is ${page.documentElement.scrollWidth} wide`);
    for (const e of page.querySelectorAll('body *, svg *')) {
        if (!shown(e) || cut(e)) continue;
        const box = e.getBoundingClientRect(), around = e.parentElement.getBoundingClientRect();
        if (box.left < -0.5 || box.right > width + 0.5) problems.push(`${said(e)} from ${box.left} to ${box.right}`);
        else if (e.matches('.item, .why, .share, h1, h2, li, p, blockquote, .bar') && (box.left < around.left - 1 || box.right > around.right + 1))
            problems.push(`${said(e)} leaves ${name(e.parentElement)}`);
    }
    return problems;
}

// Colours: [red, green, blue, alpha], one over another, and the contrast of two (WCAG 2).
function colour(text) {
    const m = text.match(/[\d.]+/g);
    return text === 'none' || text === 'transparent' || !m ? [0, 0, 0, 0] : [+m[0], +m[1], +m[2], m[3] === undefined ? 1 : +m[3]];
}
const over = (a, b) => [0, 1, 2].map(i => a[i] * a[3] + b[i] * (1 - a[3])).concat([a[3] + b[3] * (1 - a[3])]);
function luminance(c) {
    const [r, g, b] = c.slice(0, 3).map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(a, b) {
    const [hi, lo] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (hi + 0.05) / (lo + 0.05);
}
const inSvg = e => e.namespaceURI === 'http://www.w3.org/2000/svg';

// What lies behind a point of a text, from its own element down.
function background(page, x, y) {
    const view = page.defaultView;
    let found = [0, 0, 0, 0];
    for (const e of page.elementsFromPoint(x, y)) {
        const style = view.getComputedStyle(e);
        if (e.tagName === 'text' || e.tagName === 'tspan') continue;
        found = over(found, colour(inSvg(e) && e.tagName !== 'svg' ? style.fill : style.backgroundColor));
        if (found[3] > 0.99) return found;
    }
    return over(found, colour(view.getComputedStyle(page.documentElement).colorScheme.includes('dark') ? 'rgb(18,18,18)' : 'rgb(255,255,255)'));
}

function contrasts(page) {
    const view = page.defaultView, problems = [];
    const texts = page.createTreeWalker(page.documentElement, NodeFilter.SHOW_TEXT);
    let n = 0;
    while (texts.nextNode()) {
        const text = texts.currentNode, e = text.parentElement;
        if (!text.textContent.trim() || !shown(e)) continue;
        const range = page.createRange();
        range.selectNodeContents(text);
        const box = range.getClientRects()[0];
        if (!box) continue;
        const style = view.getComputedStyle(e);
        const behind = background(page, box.left + Math.min(box.width, 8) / 2, box.top + box.height / 2);
        const ratio = contrast(over(colour(inSvg(e) ? style.fill : style.color), behind), behind);
        n++;
        if (ratio < 4.5) problems.push(`${said(e)}: ${ratio.toFixed(2)}`);
    }
    if (n < 10) problems.push(`only ${n} texts`);
    return problems;
}

// Headings in order, a language, a title.
function order(page) {
    const problems = [];
    let level = 0;
    for (const h of page.querySelectorAll('h1, h2, h3, h4, h5, h6')) {
        if (+h.tagName[1] > level + 1 || (h.tagName === 'H1') !== (level === 0)) problems.push(`${said(h)} after level ${level}`);
        level = +h.tagName[1];
    }
    if (level === 0) problems.push('no heading');
    if (page.documentElement.lang !== 'en') problems.push('no language');
    if (!page.title.trim()) problems.push('no title');
    if (page.querySelectorAll('main').length !== 1) problems.push('not one main part');
    return problems;
}

// A picture of its own is XML, with a title and a description.
function picture(page, text) {
    const problems = [], svg = page.querySelector('svg');
    if (new DOMParser().parseFromString(text, 'image/svg+xml').querySelector('parsererror')) problems.push('not XML');
    if (svg.getAttribute('role') !== 'img') problems.push('no role');
    for (const id of (svg.getAttribute('aria-labelledby') || 'nothing').split(' '))
        if (!(page.getElementById(id) || {}).textContent) problems.push(`no text of ${id}`);
    return problems;
}

// Names for pictures; nothing that runs, or comes from elsewhere.
function inside(page) {
    const problems = [];
    for (const svg of page.querySelectorAll('svg'))
        if (!svg.closest('[aria-hidden=true], [role=img]')) problems.push(`${said(svg)} has no name`);
    for (const e of page.querySelectorAll('*')) {
        if (/^(script|img|iframe|object|embed|link|form|base|foreignobject)$/i.test(e.localName)) problems.push(`there is ${said(e)}`);
        for (const a of e.attributes)
            if (/^on/i.test(a.name) || (/^(href|src|xlink:href|action)$/i.test(a.name) && !a.value.startsWith('#')) || /url\(/i.test(a.value))
                problems.push(`${name(e)} has ${a.name}="${a.value}"`);
    }
    return problems;
}

// As high as what is in it, so that all of it can be looked at.
function unroll(frame) {
    frame.style.height = `${frame.contentDocument.documentElement.scrollHeight + 50}px`;
    frame.getBoundingClientRect();
}

function check(frame) {
    const page = frame.contentDocument, what = frame.dataset.name;
    unroll(frame);
    const dark = frame.contentWindow.matchMedia('(prefers-color-scheme: dark)').matches;
    report(frame.contentWindow.innerWidth === +frame.width && dark === (frame.dataset.scheme === 'dark'), `${what}: as asked for`);
    none(what.includes('.svg') ? picture(page, frame.srcdoc) : order(page), `${what}: in order`);
    none(inside(page), `${what}: nothing that runs`);
    none(overflow(page), `${what}: nothing sticks out`);
    none(contrasts(page), `${what}: contrast`);
    for (const d of page.querySelectorAll('details')) d.open = true;
    unroll(frame);
    if (page.querySelector('details')) {
        none(overflow(page), `${what}, all open: nothing sticks out`);
        none(contrasts(page), `${what}, all open: contrast`);
    }
    frame.remove();
}

window.alert = () => report(false, 'an alert');
addEventListener('load', () => {
    try {
        for (const frame of [...document.querySelectorAll('iframe')]) check(frame);
        tap.append('# done\n');
    } catch (problem) {
        report(false, `check.js: ${problem.stack}`);
    }
});
