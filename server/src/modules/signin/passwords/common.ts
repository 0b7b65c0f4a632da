/**
 * What people begin with when a password must be long: a base from here, and something appended. A short list of our own
 * suffices, because a password of 15 characters or more is judged by what it is derived from, not looked up whole: of the
 * published lists' tens of thousands of entries only some dozens are that long.
 */
export const commonWords: readonly string[] = `
abc access account admin administrator adobe amazon andrea andrew angel apple april arsenal ashley august austin autumn azerty
baby backup bailey banana barcelona baseball basketball batman benutzer berlin blink bonjour buster butterfly
changeme charlie cheese chelsea chocolate company computer cookie correct
daniel default december demo diamond dragon eagle enter
facebook family february ferrari flower football forever freedom friday friends fuckyou
ginger god google guest hallo hannah harley hello hockey holiday hunter
iloveyou internet january jasmine jennifer jessica jesus jordan joshua july june justin
killer lakers letmein linkedin liverpool login london love lovely
maggie manager march master matrix matthew mercedes merlin michael michelle microsoft monday money monkey motdepasse mustang
nicole ninja november october office operator orange
pass passord passwd password passwort pepper phoenix please pokemon porsche princess private purple
qwerty qwertz ranger robert root samsung saturday secret secure security september server service shadow snoopy soccer
sparky spring starwars stefan summer sunday sunshine superman support system
taylor temp temporary test tester testing thomas thursday tigger tiger trustno tuesday user username
wachtwoord wednesday welcome whatever william willkommen windows winter wizard yankees
`
  .trim()
  .split(/\s+/)

/** Rows and columns of keyboards, and the orders that everybody knows. Twice over where people go round. */
export const knownOrders: readonly string[] = [
  '12345678901234567890',
  'abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz',
  'qwertyuiopasdfghjklzxcvbnm',
  'qwertzuiopasdfghjklyxcvbnm',
  'azertyuiopqsdfghjklmwxcvbn',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p',
  'qazwsxedcrfvtgbyhnujmikolp',
]
