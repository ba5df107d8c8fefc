/** A bundle that cannot be painted: it is missing, foreign or damaged. The message says where and what was expected. */
export class BundleError extends Error {
  override name = "BundleError";
}

/** A browser or graphics card that cannot paint this bundle. */
export class PaintError extends Error {
  override name = "PaintError";
}
