import { Bundle } from "./bundle.ts";
import { Cel } from "./cel.ts";
import type { Box } from "./drawing.ts";
import { PaintError } from "./error.ts";
import { isCard, Program, target, texture, type GL } from "./gl.ts";
import { Fields, strips, window } from "./grid.ts";
import type { Answer } from "./network.ts";
import { CHANNELS, FEELINGS, MARKS, NUMBERS } from "./numbers.ts";
import { canonical, inverse, place, type Matrix } from "./place.ts";
import { posed } from "./posing.ts";
import { LAY, MIX, PLACE, SHOW, WHOLE } from "./shaders.ts";
import { colour, tint } from "./tint.ts";

const [LEAST_SIZE, MOST_SIZE] = [16, 4096];
const PLAIN = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]; // changes no colour

/** Pixels of a sheet in one of the picture, below which it may be read by a cubic; as in the Python painter. */
const CUBIC = 1.5;

export interface FaceOptions {
  /** Pixels a side of the picture; 256 where it is not told. */
  size?: number;
  /** What to paint on; one is made where it is not told. */
  canvas?: HTMLCanvasElement;
  /** Other colours than its own: as `Face.colours`. */
  colours?: Readonly<Record<string, string>>;
  /** Whether sheets about as fine as the picture are read by a cubic, which is crisper; else where a graphics card draws. */
  cubic?: boolean;
  /** Ends the loading. */
  signal?: AbortSignal;
}

/** Whether this browser can paint at all. */
export function able(): boolean {
  return withContext(() => true);
}

/** Whether a graphics card would paint, and not the processor, which takes far longer. */
export function hasCard(): boolean {
  return withContext(isCard);
}

function withContext(ask: (gl: GL) => boolean): boolean {
  if (typeof DecompressionStream !== "function") return false;
  const gl = document.createElement("canvas").getContext("webgl2");
  const answer = gl !== null && ask(gl);
  gl?.getExtension("WEBGL_lose_context")?.loseContext(); // a page has only a few
  return answer;
}

/** What lives on the graphics card; made anew when the card was lost. */
interface Painted {
  cels: Cel[];
  mix: Program;
  lay: Program;
  show: Program;
  corners: WebGLBuffer;
  fields: Fields;
  moved: WebGLTexture;
}

/** What is laid of a cel: its sheet, inside a part of the picture, as strips that begin at this corner. */
interface Laid {
  sheet: WebGLTexture;
  window: Box;
  start: number;
  count: number;
}

/** Pictures of one size on the way to the canvas. */
interface Pictures {
  picture: WebGLTexture;
  mask: WebGLTexture;
  ontoPicture: WebGLFramebuffer;
  ontoMask: WebGLFramebuffer;
}

/**
 * One character, painted on a canvas from 79 numbers.
 *
 * Events: "lost" when the graphics card is taken away, "restored" when it is back and the face too, "error" (a
 * CustomEvent whose detail is the Error) when that failed.
 */
export class Face extends EventTarget {
  readonly canvas: HTMLCanvasElement;
  private readonly gl: GL;
  private card: Painted | null = null;
  private pictures: Pictures | null = null;
  private last: Float32Array | null = null;
  private painting: WebGLSync | null = null;
  private side: number;
  private closed = false;
  private readonly cubic: boolean;
  private worn: Record<string, string> = {};
  /** Of cels in another colour, by name: (4, 4) by rows. */
  private tints = new Map<string, number[]>();

  private constructor(readonly bundle: Bundle, canvas: HTMLCanvasElement, size: number, cubic?: boolean) {
    super();
    this.canvas = canvas;
    this.side = checked(size);
    // kept between frames, so that a page may copy the picture whenever it wants
    const gl = canvas.getContext("webgl2", {
      alpha: true, antialias: false, depth: false, premultipliedAlpha: true, preserveDrawingBuffer: true,
    });
    if (!gl) throw new PaintError("this browser gives no WebGL2");
    this.gl = gl;
    this.cubic = cubic ?? isCard(gl);
    canvas.addEventListener("webglcontextlost", this.onLost);
    canvas.addEventListener("webglcontextrestored", this.onRestored);
  }

  /**
   * The character whose bundle lies at this address.
   * Throws BundleError when there is none or it is off, PaintError when this browser cannot paint it.
   */
  static async load(address: string, options: FaceOptions = {}): Promise<Face> {
    return Face.of(await Bundle.fetch(address, options.signal), options);
  }

  /** The same of a bundle that was read already. */
  static async of(bundle: Bundle, { size = 256, canvas = document.createElement("canvas"), colours = {}, cubic, signal }: FaceOptions = {}): Promise<Face> {
    const face = new Face(bundle, canvas, size, cubic);
    try {
      face.card = await face.onto();
      signal?.throwIfAborted();
      face.colours = colours;
      face.frame(new Float32Array(NUMBERS));
    } catch (error) {
      face.close();
      throw error;
    }
    return face;
  }

  /** Pixels a side. The picture is painted again when it changes. */
  get size(): number {
    return this.side;
  }

  set size(size: number) {
    if (size === this.side) return;
    this.side = checked(size);
    this.forget();
    if (this.card && this.last) this.frame(this.last);
  }

  /** The colours of the parts that can have others, as #rrggbb: "hair", "iris", "skin", "cloth". */
  get colours(): Readonly<Record<string, string>> {
    const own = [...this.bundle.parts].map(([name, { text }]) => [name, text]);
    return { ...Object.fromEntries(own), ...this.worn };
  }

  /**
   * Parts that are not named have their own. The picture is painted again.
   * Throws RangeError for a part that the bundle does not name, and for what is no colour.
   */
  set colours(told: Readonly<Record<string, string>>) {
    const tints = new Map<string, number[]>();
    for (const [name, text] of Object.entries(told)) {
      const part = this.bundle.parts.get(name);
      const wanted = colour(text);
      if (!part) throw new RangeError(`${name}: no part of this character; there are: ${[...this.bundle.parts.keys()].join(", ") || "none"}`);
      if (!wanted) throw new RangeError(`${name}: expected a colour like '#e6edf5', got ${String(text).slice(0, 80)}`);
      if (wanted.some((one, n) => one !== part.colour[n])) {
        const map = tint(part.colour, wanted);
        for (const cel of part.cels) tints.set(cel, map);
      }
    }
    this.worn = { ...told };
    this.tints = tints;
    if (this.ready && this.last) this.frame(this.last);
  }

  /** Whether the graphics card is there. */
  get ready(): boolean {
    return this.card !== null && !this.gl.isContextLost();
  }

  /**
   * Paint: 63 channels, 8 feelings, 8 of noise, in this order. True when it was painted, false while the card is lost;
   * then it is painted when it is back. Throws RangeError when these are not 79 finite numbers.
   */
  paint(numbers: ArrayLike<number>): boolean {
    if (this.closed) throw new PaintError("this face was closed");
    const told = Float32Array.from(numbers);
    if (told.length !== NUMBERS || !told.every(Number.isFinite)) throw new RangeError(`expected ${NUMBERS} finite numbers, got ${told.length}`);
    if (this.ready && this.last && told.every((one, n) => one === this.last?.[n])) return true;
    if (!this.ready) {
      this.last = told;
      return false;
    }
    this.frame(told);
    return true;
  }

  /** Whether the picture that was asked for last is still being painted. Who asks for more than can be painted only makes the page wait. */
  get busy(): boolean {
    if (this.painting && (!this.ready || this.gl.getSyncParameter(this.painting, this.gl.SYNC_STATUS) === this.gl.SIGNALED)) {
      this.gl.deleteSync(this.painting);
      this.painting = null;
    }
    return this.painting !== null;
  }

  /** Where the 70 key points of the picture are (68 of iBUG's order and two irises), as shares of its sides, x and y in turn. */
  get points(): Float32Array {
    return this.pointsOf(this.last ?? new Float32Array(NUMBERS));
  }

  /** The same of other numbers than those that were painted last. */
  pointsOf(numbers: ArrayLike<number>): Float32Array {
    return this.bundle.pointsOf(numbers);
  }

  /**
   * The numbers nearest to these in which key points lie where they are dragged, as far as the muscles of a face can
   * bring them: `pins` has the place of each, as a share of the picture's sides, by the number of the point.
   * Throws RangeError for a point that there is not.
   */
  posed(numbers: ArrayLike<number>, pins: Readonly<Record<number, readonly [number, number]>>): Float32Array {
    return posed(this.bundle.pointer, this.bundle.reach, this.bundle.within(numbers), pins);
  }

  /** The picture, (size x size) RGBA premultiplied, rows from the top. */
  pixels(): Uint8Array {
    const { gl, side } = this;
    const found = new Uint8Array(side * side * 4);
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    gl.readPixels(0, 0, side, side, gl.RGBA, gl.UNSIGNED_BYTE, found);
    const row = 4 * side;
    for (let top = 0, bottom = (side - 1) * row; top < bottom; top += row, bottom -= row) {
      const kept = found.slice(top, top + row);
      found.copyWithin(top, bottom, bottom + row);
      found.set(kept, bottom);
    }
    return found;
  }

  /** Give the graphics card back. */
  close(): void {
    this.closed = true;
    this.canvas.removeEventListener("webglcontextlost", this.onLost);
    this.canvas.removeEventListener("webglcontextrestored", this.onRestored);
    this.forget();
    this.card?.cels.forEach((cel) => cel.close());
    this.card = null;
    this.gl.getExtension("WEBGL_lose_context")?.loseContext();
  }

  private async onto(): Promise<Painted> {
    const { gl } = this;
    const [mix, lay, show] = [new Program(gl, WHOLE, MIX), new Program(gl, PLACE, LAY), new Program(gl, WHOLE, SHOW)];
    const cels: Cel[] = [];
    for (const shape of this.bundle.cels) cels.push(await Cel.load(gl, this.bundle, shape));
    const corners = gl.createBuffer();
    gl.bindBuffer(gl.ARRAY_BUFFER, corners);
    gl.enableVertexAttribArray(0);
    gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
    const fields = new Fields(this.bundle.cels);
    // a card that reads floats linearly only at half precision is a 64th of a pixel off where 16 pixels are moved
    const fine = gl.getExtension("OES_texture_float_linear") ? gl.RG32F : gl.RG16F;
    const moved = texture(gl, fields.width, fields.height, true, fine);
    gl.enable(gl.SCISSOR_TEST);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    if (gl.isContextLost()) throw new PaintError("WebGL2: the context is lost");
    const failed = gl.getError();
    if (failed) throw new PaintError(`WebGL2: error ${failed} while the drawings were handed over; is there memory enough?`);
    return { cels, mix, lay, show, corners, fields, moved };
  }

  private forget(): void {
    const { gl, pictures } = this;
    if (!pictures) return;
    gl.deleteTexture(pictures.picture);
    gl.deleteTexture(pictures.mask);
    gl.deleteFramebuffer(pictures.ontoPicture);
    gl.deleteFramebuffer(pictures.ontoMask);
    this.pictures = null;
  }

  private sized(): Pictures {
    const { gl, side } = this;
    if (!this.pictures) {
      this.canvas.width = this.canvas.height = side;
      const picture = texture(gl, side, side, false);
      const mask = texture(gl, side, side, false, gl.R8);
      this.pictures = { picture, mask, ontoPicture: target(gl, picture), ontoMask: target(gl, mask) };
    }
    return this.pictures;
  }

  private frame(numbers: Float32Array): void {
    this.last = numbers;
    const { gl, bundle, side } = this;
    const card = this.card as Painted;
    const told = bundle.within(numbers);
    const channels = told.subarray(0, CHANNELS);
    const emotion = told.subarray(CHANNELS, CHANNELS + FEELINGS);
    const noise = told.subarray(CHANNELS + FEELINGS);
    const points = bundle.pointer.points(channels, noise);
    const onto = place(points, bundle.canvas);
    const back = inverse(onto);
    const answers = bundle.network.answer({
      points: canonical(points, onto, bundle.canvas.picture), place: back, channels, emotion, noise,
    });
    const laid = this.plan(card, answers, channels, onto, back);
    const pictures = this.sized();
    gl.bindFramebuffer(gl.FRAMEBUFFER, pictures.ontoPicture);
    gl.viewport(0, 0, side, side);
    gl.scissor(0, 0, side, side);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    card.lay.use();
    let based = false; // whether the last cel that is not clipped left its alpha in the mask
    laid.forEach((one, n) => {
      if (!card.cels[n].shape.clipped) based = one !== null;
      if (one && (based || !card.cels[n].shape.clipped)) this.lay(card, n, one, pictures);
    });
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    gl.disable(gl.BLEND);
    gl.viewport(0, 0, side, side);
    gl.scissor(0, 0, side, side);
    card.show.use();
    gl.uniform1i(card.show.at("picture"), 0);
    gl.uniform1i(card.show.at("size"), side);
    gl.bindTexture(gl.TEXTURE_2D, pictures.picture);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
    gl.deleteSync(this.painting);
    this.painting = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
    gl.flush();
  }

  /** Mix the sheets, and hand over fields and strips. Of each cel what is laid; null where nothing of it shows. */
  private plan({ cels, mix, fields, moved }: Painted, answers: Answer[], channels: Float32Array, onto: Matrix, back: Matrix): (Laid | null)[] {
    const { gl, bundle, side } = this;
    const zoom = bundle.canvas.picture / side;
    const corners: number[] = [];
    const laid = cels.map((cel, n): Laid | null => {
      const { field, weights } = answers[n];
      const { shape, occupied } = cel;
      const touched = window(shape, back, zoom, side);
      if (touched[2] <= 0 || touched[3] <= 0) return null;
      const shows = occupied.between.bind(occupied);
      const found = strips(shape, field, back, bundle.margin, shows, zoom, side, touched);
      if (!found.length) return null;
      const marks = shape.marks.flatMap((mark) => markWeights(channels[CHANNELS - MARKS.length + mark]));
      const sheet = cel.drawn(Float32Array.from([...weights, ...marks]), mix);
      if (!sheet) return null;
      fields.put(n, field, shape.knots);
      const start = corners.length / 2;
      for (let at = 0; at < found.length; at += 4) {
        const [left, top, right, bottom] = found.slice(at, at + 4);
        corners.push(left, top, right, top, left, bottom, left, bottom, right, top, right, bottom);
      }
      return { sheet, window: touched, start, count: corners.length / 2 - start };
    });
    gl.bufferData(gl.ARRAY_BUFFER, new Float32Array(corners), gl.STREAM_DRAW);
    gl.activeTexture(gl.TEXTURE2);
    gl.bindTexture(gl.TEXTURE_2D, moved);
    gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, fields.width, fields.height, gl.RG, gl.FLOAT, fields.numbers);
    gl.activeTexture(gl.TEXTURE0);
    const { lay } = this.card as Painted;
    lay.use();
    ["sheet", "mask", "fields"].forEach((name, unit) => gl.uniform1i(lay.at(name), unit));
    gl.uniformMatrix3x2fv(lay.at("onto"), false, [onto[0], onto[3], onto[1], onto[4], onto[2], onto[5]]);
    gl.uniform2f(lay.at("size"), side, zoom);
    return laid;
  }

  /** Lay one cel over the picture, and its alpha into the mask where the next is clipped to it. */
  private lay({ cels, lay, fields }: Painted, n: number, { sheet, window, start, count }: Laid, pictures: Pictures): void {
    const { gl, bundle, side } = this;
    const { shape, pad, sides } = cels[n];
    const [left, top, right, bottom] = shape.box;
    const [wide, high] = [right - left, bottom - top];
    const scale = shape.size[0] / wide;
    gl.uniform1i(lay.at("stands"), shape.ground ? 1 : 0);
    const usual = (scale * bundle.canvas.picture) / side;
    gl.uniform1f(lay.at("usual"), usual);
    gl.uniform1i(lay.at("cubic"), this.cubic && usual < CUBIC ? 1 : 0);
    gl.uniform1f(lay.at("crisp"), bundle.crisp);
    gl.uniform4f(lay.at("box"), left, top, bundle.margin[0] - left, bundle.margin[1] - top);
    gl.uniform4f(lay.at("knots"), (shape.knots[0] - 1) / (wide - 1), (shape.knots[1] - 1) / (high - 1), shape.knots[0] - 1, shape.knots[1] - 1);
    gl.uniformMatrix4fv(lay.at("tint"), true, this.tints.get(shape.name) ?? PLAIN);
    gl.uniform4f(lay.at("first"), 0, fields.rows[n], 1 / fields.width, 1 / fields.height);
    gl.uniform4f(lay.at("sized"), scale / sides[0], scale / sides[1], pad / sides[0], pad / sides[1]);
    gl.activeTexture(gl.TEXTURE1);
    gl.bindTexture(gl.TEXTURE_2D, shape.clipped ? pictures.mask : null);
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, sheet);
    if (!shape.clipped && cels[n + 1]?.shape.clipped) {
      gl.bindFramebuffer(gl.FRAMEBUFFER, pictures.ontoMask);
      gl.scissor(0, 0, side, side);
      gl.clear(gl.COLOR_BUFFER_BIT);
      gl.scissor(...window);
      gl.disable(gl.BLEND);
      gl.uniform1i(lay.at("use"), 1);
      gl.drawArrays(gl.TRIANGLES, start, count);
      gl.bindFramebuffer(gl.FRAMEBUFFER, pictures.ontoPicture);
    }
    gl.scissor(...window);
    gl.enable(gl.BLEND);
    gl.uniform1i(lay.at("use"), shape.clipped ? 2 : 0);
    gl.drawArrays(gl.TRIANGLES, start, count);
  }

  private readonly onLost = (event: Event): void => {
    event.preventDefault(); // else it never comes back
    this.card = null;
    this.pictures = null;
    this.painting = null;
    this.dispatchEvent(new Event("lost"));
  };

  private readonly onRestored = (): void => {
    this.onto().then(
      (card) => {
        if (this.closed) return;
        this.card = card;
        if (this.last) this.frame(this.last);
        this.dispatchEvent(new Event("restored"));
      },
      (error: unknown) => this.dispatchEvent(new CustomEvent("error", { detail: error })),
    );
  };
}

/** How strongly a mark's half and full drawing show, from its strength in 0..1. */
function markWeights(strength: number): [number, number] {
  return [1 - Math.abs(2 * strength - 1), Math.max(2 * strength - 1, 0)];
}

function checked(size: number): number {
  if (!Number.isInteger(size) || size < LEAST_SIZE || size > MOST_SIZE) throw new RangeError(`size: expected ${LEAST_SIZE}..${MOST_SIZE} pixels, got ${size}`);
  return size;
}
