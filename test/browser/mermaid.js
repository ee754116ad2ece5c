// Whether Mermaid takes each diagram, and shows every text of it as it was said. Writes TAP.
'use strict';

const tap = document.querySelector('#tap');
const bare = text => text.replace(/\s+/g, '');
const said = label => label.replace(/#(\d+);/g, (_, code) => String.fromCodePoint(code));

async function look(diagram, id) {
    const what = diagram.dataset.name, place = document.createElement('div');
    try {
        place.innerHTML = (await mermaid.render(id, diagram.value)).svg;
    } catch (problem) {
        tap.append(`not ok - ${what}: Mermaid takes it\n#   ${String(problem).split('\n')[0]}\n`);
        return;
    }
    const shown = bare(place.textContent);
    const lost = [...diagram.value.matchAll(/"([^"]*)"/g)].map(m => said(m[1])).filter(text => !shown.includes(bare(text)));
    tap.append(`ok - ${what}: Mermaid takes it\n`);
    tap.append(`${lost.length ? 'not ok' : 'ok'} - ${what}: and shows what was said\n${lost.map(text => `#   ${text}\n`).join('')}`);
    tap.append(`${place.querySelector('script, img, a, iframe') ? 'not ok' : 'ok'} - ${what}: and nothing else\n`);
}

(async () => {
    mermaid.initialize({ startOnLoad: false });
    for (const [i, diagram] of [...document.querySelectorAll('textarea')].entries()) await look(diagram, `diagram${i}`);
    try {
        await mermaid.parse('mindmap\n  root((open');
        tap.append('not ok - what is no diagram is refused\n');
    } catch (problem) {
        tap.append('ok - what is no diagram is refused\n');
    }
    tap.append('# done\n');
})();
