// Whether two pictures look alike: made small, few of their pixels differ much. Writes TAP.
'use strict';

const tap = document.querySelector('#tap');
const WIDTH = 250, MUCH = 40, FEW = 0.03;

function small(image) {
    const canvas = document.createElement('canvas');
    canvas.width = WIDTH;
    canvas.height = Math.round(image.naturalHeight * WIDTH / image.naturalWidth);
    const context = canvas.getContext('2d');
    context.imageSmoothingQuality = 'high';
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return context.getImageData(0, 0, canvas.width, canvas.height).data;
}

// The share of pixels in which a colour differs much; 1 if the pictures have different sizes.
function difference(a, b) {
    const x = small(a), y = small(b);
    let n = 0;
    if (x.length !== y.length) return 1;
    for (let i = 0; i < x.length; i += 4)
        if ([0, 1, 2].some(c => Math.abs(x[i + c] - y[i + c]) > MUCH)) n++;
    return n / (x.length / 4);
}

addEventListener('load', () => {
    for (const pair of document.querySelectorAll('p')) {
        const [a, b] = pair.querySelectorAll('img'), differs = difference(a, b), alike = differs < FEW;
        tap.append(`${alike === (pair.className === 'alike') ? 'ok' : 'not ok'} - ${pair.title}\n#   ${(100 * differs).toFixed(2)} % differ\n`);
    }
    tap.append('# done\n');
});
