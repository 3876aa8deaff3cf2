/** The folder of this package: right above `src` as above `dist`, whose files all lie side by side. */
export const packageRoot = new URL('../', import.meta.url);
