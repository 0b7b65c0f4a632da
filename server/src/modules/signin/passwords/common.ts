/**
 * What people begin with when a password must be: names, teams, feelings, the seasons, a base from here and something
 * appended. Put together by hand from what is commonly said of passwords, and no copy of a list. It need not be long: a
 * password is judged by what it is derived from, not looked up whole, and of the published lists' tens of thousands of entries
 * only some dozens have 15 characters. Who wants all that is known from breaches gives a breach filter.
 */
export const commonWords: readonly string[] = `
aaron abc abcdef abigail absolute academy access account accounting action adidas admin administrator adobe adrian
adventure africa agent airborne airplane alabama alaska albert alejandro alessandro alexander alexandra alexis alfred
alicia alison allison alpha amanda amazon amber america american amigo amsterdam anaconda anastasia andrea andreas
andrei andrew android angel angela angelica angelina angels animal anthony antonio anything apollo apple apples april
arizona arnold arsenal arthur artist ashley ashton assassin athens atlanta atlantis attack audrey august aurora austin
austria autumn avatar awesome azerty baby babygirl backup badboy badger bailey baltimore banana bandit barbara barcelo
barcelona barney baron baseball basket basketball bastard batista batman beach beagle bear beatles beautiful beauty
beaver bella benjamin benutzer berlin bernard bigdaddy billy biology birdie birthday biscuit bishop blackbird
blackjack blazer blessed blink blizzard blonde blossom bluebird bluesky bobby bond bonjour boomer booster boston
bradley brandon brasil braves brazil brenda brian britney broken broncos brooke brooklyn brother browns bruno bubba
bubbles buddy buffalo bulldog bullet buster butterfly button cadillac caesar calendar california camaro cameron
campbell canada cancer candy captain cardinal carlos carmen carolina caroline carpenter carter cartman casper
cassandra cassie castle catherine cecilia celtic center champion chance chandler change changeme channel charles
charlie charlotte cheese chelsea chester cheyenne chicago chicken chicks china chocolat chocolate chopper chris
christian christina christine christmas christopher cinderella claire clarence classic claudia clifford cloud clover
coffee college colorado comanche combat commander community company compaq computador computer computers concrete
condor contrasena contrasenha control cookie cookies cooper copper corona correct corvette country courage courtney
cowboy cowboys coyote crazy cream creative cricket cristina crystal cynthia dakota dallas daniel daniela danielle dark
darkness darling darwin database david dawson december default defender deluxe demo denise dennis denver desert design
desire destiny detroit diablo diamond diana diesel digital director disney doctor dog dollar dolphin dolphins domain
domingo dominic donald dorothy douglas dragon dragonball dragons dream dreamer dreams driver dublin dylan eagle earth
eastern eclipse edward einstein electric element elephant elizabeth emily eminem emmanuel emperor empire energy
england enigma enter enterprise eric escape esmeralda estrella europe everton excalibur explorer express extreme
facebook falcon familia family fantasy fashion father february felicia felicidad fender fernando ferrari ferret fire
fireball firefly fisher fishing flamengo flamingo flash fletcher florence florida flower flowers fluffy football
forever france frances francesca francesco francis frank franklin freak freaky freddy frederick freedom french friday
friend friendly friends friendship frog froggy fuckyou fussball gabriel gabriela gabriele galaxy galileo gambler games
gandalf garcia garden garfield gateway geburtstag geheim gemini general genesis genius george georgia gerald german
germany ghost giants gibson gilbert ginger giovanni gizmo gladiator global gloria goblin god golden goldfish golfer
google gordon gorilla grace graham grandma grateful great green greenday gregory griffin guardian guest guitar gunner
hallo hamilton hammer hamster handsome hannah happiness happy hardcore harder harley harmony harrison harvey hawaii
hawkeye health heart heather heaven heavenly hector heidi hejsan helena hello hendrix henry herman heroes hidden
highland history hockey holiday hollywood homer honda honey horizon horse hotdog hotmail houston hudson hunter hunting
hurricane husker iceman ignacio iguana illusion iloveyou image immortal impact imperial india indian indiana infinity
inside inspector instant intel internal internet invisible ireland irish isabel isabella island israel italia italian
jackie jackson jacob jaguar jamaica james janice january japan jasmine jason jeffrey jellybean jenna jennifer jeremy
jerome jersey jessica jesus jonathan jordan joseph josephine joshua journey julian juliana julie july june junior
jupiter jurassic justice justin juventus kangaroo karina katherine kathleen katie katze kawasaki keith kelly kenneth
kennwort kermit kevin killer killers kimberly kingdom kings kitten kitty knight knights kristen kristina lacrosse
ladies lakers lancer larry laura lauren laurence lawrence leather legend leonard leonardo leopard leslie letmein
letters liberty lightning lincoln lindsay lindsey linkedin lion lionking lisa little liverpool lizard logan login
lollipop london loser louise love lovely lovers loveyou lozinka lucas lucky machine madison madness madrid maggie
magic magnum malcolm manager manchester mandarin mannschaft manuel march marcus margaret maria mariana marina marine
marines marlboro marlene marshall martha martin martina marvin maryjane maryland master masters matrix matthew
matthias maverick maximus maxwell meadow media medical medicine megan melanie melissa memory mercedes mercury merlin
mermaid metal metallica mexicano mexico michael michaela michel michelle michigan mickey microsoft midnight miguel
mikael milano military miller million minnie miracle miranda mission mister mobile molly monday money monica monkey
monster montana montreal moonlight morgan morning moscow motdepasse mother motocross motorola mountain muffin murphy
mushroom music mustang mylove mystery napoleon natalia natalie natasha nathalie nathan nation natural naughty nelson
neptune network newport newyork nicholas nicolas nicole nightmare nikita ninja nintendo nirvana nissan nokia nothing
november number oakland object ocean octavia october octopus office oliver olivia olympic online operator oracle
orange oregon orlando oscar outlaw pacific package packers paladin palmer pamela pandora panther panthers paradise
paradox parker parola paroli pass passion passord passwd password passwort patches patricia patrick patriots paul
paulina peaches peanut penelope penguin pentium people pepper perfect peter phantom philip phillips phoebe phoenix
photo picture pierre pineapple pirate pizza planet platinum playboy player players playstation please poison pokemon
police pontiac poohbear popcorn porsche portland portugal potato power powers precious predator premier preston prince
princesa princess private problem professor promise prophet prosper protect pumpkin puppies purple pyramid quality
queen quentin question qwerty qwertz rabbit rachel racing radical raiders rainbow randall ranger raphael raptor
raymond reading reagan rebecca rebel record redhead redskins redsox remember renegade republic research respect
reynolds ricardo richard ripper river robbie robert roberta roberto robin robinson rocket rocky rodney rodriguez roger
roland romance romeo ronald ronaldo rooster root rosemary roxanne royal runner russell russia sabrina sailing sailor
salasana salvador samantha sammy samson samsung samuel sandra santiago sapphire sarah sasha satan saturday saturn
savage savannah scarface scarlett schalke schatz school science scooter scorpio scorpion scotland scott scottie
scrabble sebastian secret secrets secure security senior september serena sergey sergio server service services shadow
shadows shalom shannon sharon sheffield shelby sheldon sherlock sherman shopping sierra silence silver simone simple
simpson simpsons single sister skipper skywalker slipknot smile smokey snickers snoopy snowball snowman soccer
software soldier solomon something sommer sophia sophie southern spanish sparky spartan special spencer spider
spiderman spirit spitfire sports spring squirrel stanford stanley stardust stargate starlight starwars station stealth
steelers stefan stella stephanie stephen sterling steven stewart stingray stone storm strange stranger strawberry
strike strong student stupid sublime success sullivan summer summertime sunday sunflower sunrise sunset sunshine super
superman superstar superuser support supreme surfer surfing susan suzanne sweden sweet sweetheart sweetie sweets
swimming sydney sylvia symphony syracuse system tamara tango tanya tarheels tattoo taurus taylor teacher teamo
technology teddy teddybear telefon telephone temp temporary tequiero teresa terminal terminator terror tertius test
tester testing texas thailand thankyou thebest thomas thompson thomson thuglife thunder thursday tiffany tiger tigers
tigger timothy tinkerbell titanic together toronto tottenham toyota tractor transfer travel treasure trevor triangle
trinity triumph trouble trucker trumpet trustme trustno tucker tuesday turtle twilight tyler unicorn united universal
universe user username utopia vaffanculo valencia valentin valentina valentine valerie vampire vanessa vanilla vegas
venezuela venture vermont veronica vertigo victor victoria victory viking village vincent violet viper virgin virginia
vision vladimir volcano volleyball volvo voodoo voyager wachtwoord walker wallace walter warcraft warrior warriors
washington water watson weather webmaster wedding wednesday weekend welcome wesley western whatever whisky whisper
whitney wicked wildcat wildcats wilfred william williams willkommen willow wilson windows winner winston winter wisdom
wizard wolf wolverine wolves wonder wonderful woodland woody world wrangler wrestling writer xavier yamaha yankee
yankees yellow yellowstone yesterday yvonne zachary zebra zeppelin zombie
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
  '1q2w3e4r5t6y7u8i9o0p',
  'q1w2e3r4t5y6u7i8o9p0',
  '1a2s3d4f5g6h7j8k9l',
  'a1b2c3d4e5f6g7h8i9',
  '741852963',
  '789456123',
  '159357',
  '100200300400500',
]
