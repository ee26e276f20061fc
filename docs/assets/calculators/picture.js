/* A chart as a file of its own: the drawing with its title and legend, and the colours of the page written into it. */

const SVG = "http://www.w3.org/2000/svg";
const EDGE = 16;
const LINE = 1.35; // of the font size
const SHARPNESS = 2; // pixels of the PNG for each unit of the drawing
// What the style sheet decides about a drawing; a file has no style sheet.
const STYLES = [
  ...["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "paint-order"],
  ...["font-family", "font-size", "font-weight", "text-anchor"],
];

/** The chart as a document. @param {HTMLElement} figure @returns {string} */
export function svgOf(figure) {
  const drawing = figure.querySelector("svg.rp-chart-wide, .rp-chart-wide > svg");
  const { width, height } = drawing.viewBox.baseVal;
  const font = getComputedStyle(figure).fontFamily;
  const caption = new Caption(figure, width, font);
  const [wide, high] = [width + 2 * EDGE, Math.ceil(height + caption.height + 2 * EDGE)];
  const picture = element("svg", { viewBox: `0 0 ${wide} ${high}`, width: wide, height: high, "font-family": font });
  const plot = styled(drawing);
  set(plot, { x: EDGE, y: EDGE + caption.height, width, height, overflow: "visible" });
  const ground = element("rect", { width: wide, height: high, fill: getComputedStyle(document.body).backgroundColor });
  const source = element("metadata", {}, document.createTextNode(location.href));
  picture.append(source, ground, caption.drawing, plot);
  return `${new XMLSerializer().serializeToString(picture)}\n`;
}

/** The chart as a PNG; null where the browser draws none. @param {HTMLElement} figure @returns {Promise<Blob | null>} */
export async function pngOf(figure) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgOf(figure))}`;
  try {
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.naturalWidth * SHARPNESS;
    canvas.height = image.naturalHeight * SHARPNESS;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  } catch {
    return null;
  }
}

/** Title and legend, which stand outside the drawing on the page. */
class Caption {
  height = 0;
  drawing = element("g", {});
  #width;
  #font;
  #measure = document.createElement("canvas").getContext("2d");

  /** @param {HTMLElement} figure @param {number} width @param {string} font */
  constructor(figure, width, font) {
    this.#width = width;
    this.#font = font;
    const title = figure.querySelector(".rp-chart-title");
    this.#title(title.textContent, getComputedStyle(title).color);
    this.#legend(figure.querySelectorAll(".rp-chart-wide .rp-chart-legend li"));
  }

  #title(words, color) {
    let line = "";
    const lines = [];
    for (const word of words.split(" ")) {
      if (line && this.#widthOf(`${line} ${word}`, 16, 700) > this.#width) lines.push(line), (line = word);
      else line = line ? `${line} ${word}` : word;
    }
    for (const each of [...lines, line]) {
      this.height += 16 * LINE;
      this.#text(each, EDGE, this.height, { "font-size": 16, "font-weight": 700, fill: color });
    }
    this.height += 8;
  }

  #legend(items) {
    let x = 0;
    const row = 13 * LINE + 2;
    if (items.length) this.height += row;
    for (const item of items) {
      const key = styled(item.querySelector("svg"));
      const { width, height } = item.querySelector("svg").viewBox.baseVal;
      const wide = width + 7 + this.#widthOf(item.textContent, 13);
      if (x && x + wide > this.#width) (x = 0), (this.height += row);
      set(key, { x: EDGE + x, y: EDGE + this.height - row + 3, width, height });
      this.drawing.append(key);
      const color = getComputedStyle(item).color;
      this.#text(item.textContent, EDGE + x + width + 7, this.height - row + 14, { "font-size": 13, fill: color });
      x += wide + 18;
    }
    if (items.length) this.height += 6;
  }

  #text(words, x, y, attributes) {
    this.drawing.append(element("text", { x, y: EDGE + y, ...attributes }, document.createTextNode(words)));
  }

  #widthOf(words, size, weight = 400) {
    this.#measure.font = `${weight} ${size}px ${this.#font}`;
    return this.#measure.measureText(words).width;
  }
}

/** A copy of a drawing that looks the same without the page's style sheet. @param {SVGSVGElement} drawing */
function styled(drawing) {
  const copy = drawing.cloneNode(true);
  const copies = [copy, ...copy.querySelectorAll("*")];
  for (const [index, original] of [drawing, ...drawing.querySelectorAll("*")].entries()) {
    const own = getComputedStyle(original);
    const above = original === drawing ? null : getComputedStyle(original.parentElement);
    copies[index].removeAttribute("class");
    for (const name of STYLES) {
      const value = own.getPropertyValue(name);
      if (!above || value !== above.getPropertyValue(name)) copies[index].setAttribute(name, value);
      else copies[index].removeAttribute(name); // as the parent says
    }
  }
  return copy;
}

function element(name, attributes, ...children) {
  const made = document.createElementNS(SVG, name);
  set(made, attributes);
  made.append(...children);
  return made;
}

function set(target, attributes) {
  for (const [name, value] of Object.entries(attributes)) target.setAttribute(name, value);
}
