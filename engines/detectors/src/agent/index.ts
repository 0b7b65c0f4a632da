import type { Budget } from '../budget.ts'
import { hitOf } from '../hit.ts'
import type { Bytes, Detector, Hit } from '../types.ts'

/** Programs that look for weaknesses, by the product that they name. RFC 9110, section 10.1.5. */
const SCANNERS =
  /\b(?:sqlmap|nikto|nuclei|openvas|openvasvt|nessus|acunetix|netsparker|invicti|masscan|zgrab|nmap scripting|wpscan|dirbuster|gobuster|ffuf|fuzz faster u fool|feroxbuster|arachni|w3af|skipfish|havij|commix|xsser|xsstrike|whatweb|joomscan|burp ?(?:suite|collaborator)|owasp[ _-]?zap|zaproxy|qualys|jaeles|dalfox|wfuzz|dirsearch|metasploit|vega\/|paros|webinspect|appscan|jorgee|morfeus|zmeu|muhstik|l9explore|l9tcpid|projectdiscovery|interactsh|sqlninja|bsqlbf|absinthe|whatwaf|wapiti|detectify|grendel-scan|pangolin|cgichk|n-stealth|gospider|hakrawler|httpx -|tplmap|nosqlmap|xspider|zap\/|waf-?bypass|gotestwaf)|\.nasl\b/i

/** For the field User-Agent: programs that look for weaknesses. */
export const agent: Detector = { name: 'agent', concerns: () => true, detect }

function detect(value: Bytes, budget: Budget): Hit | null {
  budget.take(value.length >> 3)
  return hitOf(SCANNERS.exec(value), 'scanner', 'User-Agent', 'a program that looks for weaknesses')
}
