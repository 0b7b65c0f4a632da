import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const named = process.env['HOLDFAST_CRS']
const beside = process.env['HOLDFAST_CORPORA'] ?? fileURLToPath(new URL('../../../shared/corpora', import.meta.url))

/** The OWASP Core Rule Set, as its repository has it: `HOLDFAST_CRS` (the folder, or its `rules`), or beside this repository. It is not part of it. */
export const CRS_FOLDER: string =
  named === undefined ? join(beside, 'crs') : existsSync(join(named, 'rules')) ? named : dirname(named)

export const hasCrs = (): boolean => existsSync(join(CRS_FOLDER, 'rules'))

/**
 * The Core Rule Set at paranoia level 1, blocking, for ModSecurity 2 and 3, with the settings that ours has built in (`RECOMMENDED` of
 * engines/seclang, answers in JSON included) and without the audit log. Ours reads the same folder by `--rules`.
 */
export const modSecurityConfiguration = (): string => `
SecRuleEngine On
SecRequestBodyAccess On
SecRequestBodyLimit 13107200
SecRequestBodyNoFilesLimit 1048576
SecResponseBodyAccess On
SecResponseBodyMimeType text/plain text/html text/xml application/json application/xml application/problem+json
SecResponseBodyLimit 524288
SecAuditEngine Off
SecRule REQUEST_HEADERS:Content-Type "^application/json" \\
  "id:200001,phase:1,t:none,t:lowercase,pass,nolog,ctl:requestBodyProcessor=JSON"
SecRule REQBODY_ERROR "!@eq 0" "id:200002,phase:2,t:none,log,deny,status:400"
Include ${CRS_FOLDER}/crs-setup.conf.example
Include ${CRS_FOLDER}/rules/*.conf
`
