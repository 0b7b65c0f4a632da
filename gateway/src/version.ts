/** Of the gateway, as the console shows it. */
export const version = '0.6.0'
