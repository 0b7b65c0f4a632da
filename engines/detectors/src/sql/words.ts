/** `AND`, `OR`, `XOR`, in all dialects that have them. */
export const BOOLEAN: ReadonlySet<string> = new Set(['and', 'or', 'xor'])

/** Operators written as words that take an operand on both sides and compare. */
export const COMPARE: ReadonlySet<string> = new Set([
  'like',
  'rlike',
  'regexp',
  'ilike',
  'glob',
  'similar',
  'overlaps',
  'against',
  'in',
  'between',
  'is',
  'sounds',
  'member',
])

export const ARITHMETIC: ReadonlySet<string> = new Set(['div', 'mod', 'escape'])

/** What stands before an operand and changes nothing of the structure. */
export const PREFIX: ReadonlySet<string> = new Set(['not', 'binary', 'prior', 'exists', 'any', 'some', 'row'])

/** Allowed behind SELECT, before its list. */
export const QUANTIFIER: ReadonlySet<string> = new Set(['all', 'distinct', 'distinctrow', 'sql_cache', 'sql_no_cache'])

/** Names that are values. */
export const CONSTANT: ReadonlySet<string> = new Set([
  'null',
  'true',
  'false',
  'unknown',
  'current_date',
  'current_time',
  'current_timestamp',
  'current_user',
  'session_user',
  'system_user',
  'localtime',
  'localtimestamp',
  'utc_date',
  'utc_time',
  'utc_timestamp',
  'sysdate',
])

export const SET_OPERATION: ReadonlySet<string> = new Set(['union', 'intersect', 'except', 'minus'])

/** Operators written as words, and words that begin a clause: behind an operand in every dialect, and the name of nothing in any. */
const BEHIND = [
  ...BOOLEAN,
  ...SET_OPERATION,
  'like',
  'rlike',
  'regexp',
  'in',
  'between',
  'is',
  'div',
  'where',
  'having',
  'group',
  'order',
  'limit',
  'into',
  'procedure',
]

/** Words that no dialect reads as the name of a column or a table, so no operand begins with them. */
export const RESERVED: ReadonlySet<string> = new Set([
  ...BEHIND,
  'from',
  'join',
  'on',
  'as',
  'by',
  'then',
  'else',
  'set',
  'for',
  'using',
  'insert',
  'update',
  'delete',
  'drop',
  'create',
  'alter',
  'declare',
])

/** With what a value may begin that is put behind an operand. */
export const CONTINUES: ReadonlySet<string> = new Set([...BEHIND, 'mod'])

/** Statements of MSSQL that nobody writes into a field. */
export const BEGINS: ReadonlySet<string> = new Set(['waitfor', 'exec'])

/** A number may stand directly before one of these: `1or`, `3.2union`, `1from`. */
export const AFTER_NUMBER: ReadonlySet<string> = new Set([
  ...RESERVED,
  'select',
  'mod',
  'exec',
  'waitfor',
  'case',
  'when',
  'end',
  'not',
  'rlike',
  'sounds',
])

/** Joins and what else may stand between two tables. */
export const JOIN: ReadonlySet<string> = new Set([
  'join',
  'inner',
  'left',
  'right',
  'full',
  'outer',
  'cross',
  'natural',
  'straight_join',
  'lateral',
  'apply',
])

/** Functions that wait, read or write files, run programs, call out, or make errors that carry data. */
export const EFFECT: ReadonlySet<string> = new Set([
  'sleep',
  'benchmark',
  'get_lock',
  'pg_sleep',
  'pg_sleep_for',
  'pg_sleep_until',
  'dbms_lock.sleep',
  'dbms_session.sleep',
  'user_lock.sleep',
  'regexp_substring',
  'dbms_pipe.receive_message',
  'randomblob',
  'load_file',
  'load_extension',
  'lo_import',
  'lo_export',
  'pg_read_file',
  'pg_read_binary_file',
  'pg_ls_dir',
  'pg_stat_file',
  'filetoclob',
  'filetoblob',
  'bfilename',
  'readfile',
  'writefile',
  'sys_eval',
  'sys_exec',
  'xp_cmdshell',
  'xp_dirtree',
  'xp_fileexist',
  'xp_regread',
  'openrowset',
  'opendatasource',
  'openquery',
  'dblink',
  'dblink_connect',
  'dblink_exec',
  'utl_http.request',
  'utl_inaddr.get_host_address',
  'utl_inaddr.get_host_name',
  'utl_file.fopen',
  'dbms_ldap.init',
  'httpuritype',
  'ctxsys.drithsx.sn',
  'dbms_xmlgen.getxml',
  'dbms_java.runjava',
  'extractvalue',
  'updatexml',
  'name_const',
  'query_to_xml',
  'database_to_xml',
  'table_to_xml',
  'fn_varbintohexstr',
  'gtid_subset',
  'procedure.analyse',
])

/** Schemas that may stand before one of the above. */
export const SYSTEM_SCHEMA: ReadonlySet<string> = new Set(['pg_catalog', 'sys', 'dbo', 'master', 'mysql', 'public'])

/** Functions that tell about the server, and those that put answers together for an attacker. */
export const INFORMATION: ReadonlySet<string> = new Set([
  'version',
  'database',
  'schema',
  'user',
  'current_user',
  'session_user',
  'system_user',
  'connection_id',
  'current_database',
  'current_schema',
  'group_concat',
  'string_agg',
  'db_name',
  'host_name',
  'suser_name',
  'suser_sname',
  'user_name',
  'serverproperty',
  'sqlite_version',
  'last_insert_id',
  'is_srvrolemember',
  'is_member',
  'has_dbaccess',
])

/** A character from its number, and text from hexadecimal: how text is written without quotes. */
export const CHARACTER: ReadonlySet<string> = new Set(['chr', 'char', 'nchar', 'unhex', 'unichr'])
