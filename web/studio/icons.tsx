// Small drawings, 24 x 24, of strokes.

import type { ComponentChildren } from "preact";

export function Icon({ children, size = 20 }: { children: ComponentChildren; size?: number }) {
  return <svg class="icon" viewBox="0 0 24 24" width={size} height={size} aria-hidden="true">{children}</svg>;
}

export const camera = <><rect x="2.5" y="6" width="13" height="12" rx="3.2" /><path d="M15.5 11l5-3v8l-5-3z" /></>;
export const microphone = <><rect x="9" y="3" width="6" height="11" rx="3" /><path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3" /></>;
export const speaker = <><path d="M4 9.5v5h3.5l5 4v-13l-5 4z" /><path d="M16 9a4.5 4.5 0 0 1 0 6M18.5 6.5a8 8 0 0 1 0 11" /></>;
export const whole = <path d="M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5" />;
export const pet = <><rect x="3" y="4" width="18" height="16" rx="3" /><rect x="12" y="12" width="6.5" height="5" rx="1.2" /></>;
export const sun = <><circle cx="12" cy="12" r="4" /><path d="M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4" /></>;
export const moon = <path d="M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z" />;
export const half = <><circle cx="12" cy="12" r="8.5" /><path d="M12 3.5a8.5 8.5 0 0 1 0 17z" fill="currentColor" /></>;
