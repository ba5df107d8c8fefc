// What a frame is told: 63 channels, 8 feelings, 8 of noise.

export const CHANNELS = 63;
export const FEELINGS = 8;
export const NOISE = 8;
export const NUMBERS = CHANNELS + FEELINGS + NOISE;

/** Names of the last channels, in order. */
export const MARKS = ["blush", "tears", "sweat", "sparkle", "vein", "gloom"];
