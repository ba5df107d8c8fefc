// Another colour for what is drawn already, the same as mien.paint.drawn.tint makes: the affine map that takes the shades
// of one colour, as artists make them, to those of another.

export const PARTS: readonly string[] = ["hair", "iris", "skin", "cloth"];

/** Red, green, blue in 0..1. */
export type Colour = readonly [number, number, number];

const [EXACT, FIRST, DARKEST, NEAR, CALM, GREY, LIVELIEST] = [100, 8, 0.1, 0.3, 0.01, 0.05, 2];
const INK: Colour = [0.22, 0.11, 0.17];
const COOL: Colour = [0.42, 0.24, 0.42];

/** The colour that #rrggbb means, or null. */
export function colour(text: unknown): Colour | null {
  if (typeof text !== "string" || !/^#[0-9a-f]{6}$/i.test(text)) return null;
  return [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16) / 255) as unknown as Colour;
}

/** (4, 4) by rows: from premultiplied RGBA of a drawing whose colour is `own` to that of the same in the wanted colour. */
export function tint(own: Colour, wanted: Colour): number[] {
  const turn = turned(own, wanted);
  const [before, after] = [shades(own), shades(wanted)];
  const square = [0, 1, 2, 3].map((row) => [0, 1, 2, 3].map((column) => (row === column ? CALM : 0)));
  const sums = square.map(() => [0, 0, 0]);
  const far = (shade: readonly number[]): number => Math.hypot(...shade.map((part, n) => part - own[n]));
  const shadows = (Math.min(1, far(before[2]) / DARKEST) / Math.max((own[0] + own[1] + own[2]) / 3, DARKEST)) ** 2;
  const ink = Math.min(1, far(INK) / NEAR) ** 2;
  const costs = [Math.max(EXACT, FIRST * shadows), shadows, shadows, 1, 1, ink];
  before.forEach((shade, n) => {
    const cost = costs[n];
    const point = [...shade, 1];
    point.forEach((a, row) => {
      point.forEach((b, column) => { square[row][column] += cost * a * b; });
      for (let k = 0; k < 3; k++) {
        const left = after[n][k] - shade.reduce((sum, one, m) => sum + one * turn[k][m], 0);
        sums[row][k] += cost * a * left;
      }
    });
  });
  const bent = solved(square, sums);
  return [...[0, 1, 2].flatMap((k) => [0, 1, 2, 3].map((m) => (turn[k][m] ?? 0) + bent[m][k])), 0, 0, 0, 1];
}

function shades(own: Colour): number[][] {
  const darker = (share: number): number[] => own.map((part, n) => part * (1 - share + share * COOL[n]));
  const lighter = (share: number): number[] => own.map((part) => part + (1 - part) * share);
  return [[...own], darker(0.4), darker(0.85), lighter(0.25), lighter(0.75), [...INK]];
}

/** (3, 3) the plain map: chroma turned and scaled about the axis of the greys, lightness scaled. */
function turned(own: Colour, wanted: Colour): number[][] {
  const axes = [[1 / 3, 1 / 3, 1 / 3], [Math.SQRT1_2, -Math.SQRT1_2, 0], [1, 1, -2].map((one) => one / Math.sqrt(6))];
  const along = (colour: Colour): number[] => axes.map((axis) => axis.reduce((sum, one, n) => sum + one * colour[n], 0));
  const [[light, u, v], [wantedLight, s, t]] = [along(own), along(wanted)];
  const gain = (wantedLight + GREY) / (light + GREY);
  const square = u * u + v * v;
  let [real, imaginary] = Math.sqrt(square) > GREY ? [(s * u + t * v) / square, (t * u - s * v) / square] : [gain, 0];
  const least = Math.min(1, LIVELIEST / Math.max(Math.hypot(real, imaginary), 1e-9));
  [real, imaginary] = [real * least, imaginary * least];
  const middle = [[gain, 0, 0], [0, real, -imaginary], [0, imaginary, real]];
  const back = [[1, 1, 1], axes[1], axes[2]]; // the inverse, transposed: the axes are at right angles
  return [0, 1, 2].map((row) => [0, 1, 2].map((column) => {
    let sum = 0;
    for (let a = 0; a < 3; a++) for (let b = 0; b < 3; b++) sum += back[a][row] * middle[a][b] * axes[b][column];
    return sum;
  }));
}

/** x of square x = sums, by elimination; the square is symmetric and positive, so no pivot is small. */
function solved(square: number[][], sums: number[][]): number[][] {
  const rows = square.map((row, n) => [...row, ...sums[n]]);
  const size = rows.length;
  for (let n = 0; n < size; n++) {
    for (let m = 0; m < size; m++) {
      if (m === n) continue;
      const by = rows[m][n] / rows[n][n];
      for (let k = n; k < rows[m].length; k++) rows[m][k] -= by * rows[n][k];
    }
  }
  return rows.map((row, n) => row.slice(size).map((one) => one / row[n]));
}
