/** Before the rules: what an operator would set, and what the regression tests presume. */
export function setupOf(paranoia: number): string {
  return `SecRuleEngine DetectionOnly
SecRequestBodyAccess On
SecResponseBodyAccess On
SecResponseBodyMimeType text/plain text/html text/xml application/json
SecAuditEngine Off
SecAction "id:3,phase:1,pass,nolog,t:none,\\
setvar:tx.blocking_paranoia_level=${paranoia},\\
setvar:tx.detection_paranoia_level=${paranoia},\\
setvar:tx.reporting_level=4,\\
setvar:tx.crs_validate_utf8_encoding=1,\\
setvar:tx.arg_name_length=100,\\
setvar:tx.arg_length=400,\\
setvar:tx.total_arg_length=64000,\\
setvar:tx.max_num_args=255,\\
setvar:tx.max_file_size=64100,\\
setvar:tx.combined_file_sizes=65535"
`
}
