// Frames that the studio has painted: a JPEG of the colours and, packed beside it, how solid each pixel is.

/** Bytes that zlib has packed, in parts. By the stream's own ends: by way of a Blob and a Response it takes thrice as long. */
async function unpacked(packed: Uint8Array<ArrayBuffer>): Promise<Uint8Array[]> {
  const stream = new DecompressionStream("deflate");
  const into = stream.writable.getWriter();
  const out = stream.readable.getReader();
  const read = async (): Promise<Uint8Array[]> => {
    const parts: Uint8Array[] = [];
    for (let one = await out.read(); !one.done; one = await out.read()) parts.push(one.value);
    return parts;
  };
  const [parts] = await Promise.all([read(), into.write(packed), into.close()]);
  return parts;
}

/** What draws the newest frame onto a canvas, one at a time. shown: is called after each. */
export function frames(canvas: HTMLCanvasElement, shown: () => void): (bytes: ArrayBuffer) => void {
  const sketch = canvas.getContext("2d", { willReadFrequently: true }) as CanvasRenderingContext2D;
  let waiting: ArrayBuffer | null = null; // the newest that is not drawn yet
  let busy = false;

  async function draw(bytes: ArrayBuffer): Promise<void> {
    const length = new DataView(bytes).getUint32(0, true);
    const jpeg = new Blob([new Uint8Array(bytes, 4, length)], { type: "image/jpeg" });
    const [picture, solid] = await Promise.all([createImageBitmap(jpeg), unpacked(new Uint8Array(bytes, 4 + length))]);
    if (canvas.width !== picture.width || canvas.height !== picture.height) {
      canvas.width = picture.width;
      canvas.height = picture.height;
    }
    sketch.drawImage(picture, 0, 0);
    picture.close();
    const image = sketch.getImageData(0, 0, canvas.width, canvas.height);
    let to = 3;
    for (const part of solid) for (let at = 0; at < part.length; at += 1, to += 4) image.data[to] = part[at];
    sketch.putImageData(image, 0, 0);
    shown();
  }

  async function drawAll(): Promise<void> {
    if (busy) return;
    busy = true;
    while (waiting) {
      const bytes = waiting;
      waiting = null;
      try {
        await draw(bytes);
      } catch (error) {
        console.warn("a frame could not be drawn", error);
      }
    }
    busy = false;
  }

  return (bytes) => {
    waiting = bytes;
    void drawAll();
  };
}
