import { decodeEntities } from '../decode/entities.ts'
import { readScript } from '../script/read.ts'

/** Events that have a content attribute, or are dispatched to one. HTML Living Standard, 8.1.8.2; UI Events; SVG 2, 15; and what browsers add. */
const EVENTS: ReadonlySet<string> = new Set(
  (
    'abort activate afterprint afterscriptexecute afterupdate animationcancel animationend animationiteration animationstart ' +
    'auxclick beforeactivate beforecopy beforecut beforedeactivate beforeeditfocus beforeinput beforematch beforepaste ' +
    'beforeprint beforescriptexecute beforetoggle beforeunload beforeupdate begin blur bounce cancel canplay canplaythrough ' +
    'cellchange change click close command contentvisibilityautostatechange contextlost contextmenu contextrestored ' +
    'controlselect copy cuechange cut dataavailable datasetchanged datasetcomplete dblclick deactivate drag dragend ' +
    'dragdrop dragenter dragexit dragleave dragover dragstart drop durationchange emptied end ended error errorupdate ' +
    'filterchange finish focus focusin focusout formchange formdata formenter forminput fullscreenchange fullscreenerror ' +
    'gesturechange gestureend gesturestart gotpointercapture hashchange help input invalid keydown keypress keyup language' +
    'change layoutcomplete load loadeddata loadedmetadata loadend loadstart location losecapture lostpointercapture ' +
    'mediacomplete mediaerror message messageerror mousedown mouseenter mouseleave mousemove mouseout mouseover mouseup ' +
    'mousewheel move moveend movestart offline online orientationchange outofsync pagehide pagereveal pageshow pageswap ' +
    'paste pause play playing pointercancel pointerdown pointerenter pointerleave pointermove pointerout pointerover ' +
    'pointerrawupdate pointerup popstate progress propertychange ratechange readystatechange redo rejectionhandled repeat ' +
    'reset resize resizeend resizestart resume reverse rowdelete rowenter rowexit rowinserted rowsdelete rowsenter ' +
    'rowsinserted scroll scrollend scrollsnapchange scrollsnapchanging search securitypolicyviolation seek seeked seeking ' +
    'select selectionchange selectstart show slotchange stalled start stop storage submit suspend syncrestored ' +
    'timeerror timeupdate toggle touchcancel touchend touchmove touchstart trackchange transitioncancel transitionend ' +
    'transitionrun transitionstart undo unhandledrejection unload urlflip validationstatuschange visibilitychange ' +
    'volumechange vrdisplayactivate vrdisplayconnect waiting webkitanimationend webkitanimationiteration ' +
    'webkitanimationstart webkitfullscreenchange webkitmouseforcechanged webkitmouseforcedown webkitmouseforceup ' +
    'webkitmouseforcewillbegin webkitplaybacktargetavailabilitychanged webkitpresentationmodechanged webkittransitionend ' +
    'webkitwillrevealbottom wheel zoom'
  ).split(' '),
)

/** Attributes by which frameworks run a value as script in the page. */
const DIRECTIVE =
  /^(?:ng-[a-z]+|data-ng-[a-z]+|x-ng-[a-z]+|v-(?:on|bind|html|if|for|show|text|model|slot)[:.a-z-]*|@[a-z:.-]+|:[a-z-]+|x-(?:on:[a-z.-]+|data|init|html|effect|bind[:a-z-]*|text|show|if)|hx-(?:on[:a-z-]*|vals|vars)|\([a-z]+\)|\[[a-z]+\]|data-bind)$/i

/** True for an attribute that is the content attribute of an event, with a script in it. `loose` asks the script to do something. */
export function isHandler(name: string, value: string, loose: boolean): boolean {
  // `{name}` is how JSX writes it: a block that does nothing where it is HTML.
  if (!name.startsWith('on')) return false
  const plain = /^on[a-z]+(?=[^\w-])/.exec(name)
  if (plain !== null) return isHandler(plain[0], value, true)
  if (/^\s*(?:\{[\w.\s]*\}?)?$/.test(value)) return false
  const known = EVENTS.has(name.slice(2))
  if (!known && (loose || !/^on[a-z]{3,}$/.test(name))) return false
  return known && !loose ? true : actsAsScript(value, known)
}

function actsAsScript(value: string, known: boolean): boolean {
  const reading = readScript(decodeEntities(value))
  if (reading.calls.length > 0 || reading.assigned.length > 0) return true
  return known && (reading.whole ? /[^\w\s.,-]/.test(value) : /[(`=]/.test(value))
}

/** True for an attribute that a framework of the browser takes for one of its directives. */
export function isDirective(name: string): boolean {
  return DIRECTIVE.test(name)
}
