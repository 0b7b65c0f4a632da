/**
 * What belongs before a rule set: it says what is inspected, and refuses requests whose body could not be read to its end, or that two
 * readers may take for two things. A rule set alone looks at what could be read. Ids 5,000,001 and up.
 */
export const RECOMMENDED: string = String.raw`SecRuleEngine On
SecRequestBodyAccess On
SecRequestBodyLimit 13107200
SecRequestBodyNoFilesLimit 1048576
SecRequestBodyLimitAction Reject
SecResponseBodyAccess On
SecResponseBodyMimeType text/plain text/html text/xml application/json application/xml application/problem+json
SecResponseBodyLimit 524288
SecResponseBodyLimitAction ProcessPartial
SecAuditEngine RelevantOnly
SecAuditLogParts ABIJDEFHZ
SecRule REQBODY_ERROR "!@eq 0" \
    "id:5000001,phase:2,t:none,log,deny,status:400,\
    msg:'The request could not be read to its end',logdata:'%{REQBODY_ERROR_MSG}',severity:CRITICAL"
SecRule MULTIPART_STRICT_ERROR "!@eq 0" \
    "id:5000002,phase:2,t:none,log,deny,status:400,\
    msg:'A multipart body has more than one reading',severity:CRITICAL"
SecRule MULTIPART_UNMATCHED_BOUNDARY "@eq 1" \
    "id:5000003,phase:2,t:none,log,deny,status:400,\
    msg:'A multipart body has a line that is nearly its boundary',severity:CRITICAL"
SecRule INBOUND_DATA_ERROR "@eq 1" \
    "id:5000004,phase:2,t:none,log,deny,status:413,\
    msg:'The request body is longer than what is inspected',severity:ERROR"
`
