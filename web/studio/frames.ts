// Frames that the studio has painted: a JPEG of the colours and, packed beside it, how solid each pixel is.

/** What draws the newest frame onto a canvas, one at a time. shown: is called after each. */
export function frames(canvas: HTMLCanvasElement, shown: () => void): (bytes: ArrayBuffer) => void {
  const sketch = canvas.getContext("2d", { willReadFrequently: true }) as CanvasRenderingContext2D;
  let waiting: ArrayBuffer | null = null; // the newest that is not drawn yet
  let busy = false;

  async function draw(bytes: ArrayBuffer): Promise<void> {
    const length = new DataView(bytes).getUint32(0, true);
    const jpeg = new Blob([new Uint8Array(bytes, 4, length)], { type: "image/jpeg" });
    const packed = new Blob([new Uint8Array(bytes, 4 + length)]);
    const [picture, alpha] = await Promise.all([
      createImageBitmap(jpeg),
      new Response(packed.stream().pipeThrough(new DecompressionStream("deflate"))).arrayBuffer(),
    ]);
    if (canvas.width !== picture.width || canvas.height !== picture.height) {
      canvas.width = picture.width;
      canvas.height = picture.height;
    }
    sketch.drawImage(picture, 0, 0);
    picture.close();
    const image = sketch.getImageData(0, 0, canvas.width, canvas.height);
    const solid = new Uint8Array(alpha);
    for (let at = 0, to = 3; at < solid.length; at += 1, to += 4) image.data[to] = solid[at];
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
