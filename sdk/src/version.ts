/** Of this package, as the console shows it; a test holds it to package.json. */
export const VERSION = '0.6.0'
