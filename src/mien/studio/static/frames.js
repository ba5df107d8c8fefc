// Frames that the studio has painted: a JPEG of the colours and, packed beside it, how solid each pixel is.

/** Draws the newest frame that was put onto a canvas, one at a time. shown: is called after each. */
export function frames(canvas, shown = () => {}) {
  const picture = canvas.getContext("2d", { willReadFrequently: true });
  let waiting = null;
  let busy = false;

  async function draw(bytes) {
    const length = new DataView(bytes).getUint32(0, true);
    const jpeg = new Blob([new Uint8Array(bytes, 4, length)], { type: "image/jpeg" });
    const packed = new Blob([new Uint8Array(bytes, 4 + length)]);
    const [colours, alpha] = await Promise.all([
      createImageBitmap(jpeg),
      new Response(packed.stream().pipeThrough(new DecompressionStream("deflate"))).arrayBuffer(),
    ]);
    if (canvas.width !== colours.width || canvas.height !== colours.height) {
      canvas.width = colours.width;
      canvas.height = colours.height;
    }
    picture.drawImage(colours, 0, 0);
    colours.close();
    const image = picture.getImageData(0, 0, canvas.width, canvas.height);
    const solid = new Uint8Array(alpha);
    for (let at = 0, to = 3; at < solid.length; at += 1, to += 4) image.data[to] = solid[at];
    picture.putImageData(image, 0, 0);
    shown();
  }

  return async (bytes) => {
    waiting = bytes;
    if (busy) return;
    busy = true;
    while (waiting) {
      const next = waiting;
      waiting = null;
      try { await draw(next); }
      catch (error) { console.warn("a frame could not be drawn", error); }
    }
    busy = false;
  };
}
