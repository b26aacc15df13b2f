/**
 * What the numbers of the servers' errors mean to us. From the lists in the manuals, where each has its symbol and its
 * SQLSTATE: https://dev.mysql.com/doc/mysql-errors/9.1/en/server-error-reference.html and
 * https://mariadb.com/kb/en/mariadb-error-code-reference/. Both engines' tables are in
 * test/architecture/error-tables, and database-errors.spec.ts there compares these lists with them.
 *
 * Whatever is in none of the lists is a fault for now (`UnlistedError`): only what is proven is a defect.
 */
type Numbers = ReadonlyMap<number, string>;

const numbers = (symbols: Readonly<Record<number, string>>): Numbers =>
  new Map(Object.entries(symbols).map(([number, symbol]) => [Number(number), symbol]));

/** Another session holds what is wanted. */
export const lockTimeouts = numbers({
  1205: 'ER_LOCK_WAIT_TIMEOUT',
  3572: 'ER_LOCK_NOWAIT',
});

/** Somebody, or a limit of the server, has ended the statement. */
export const interruptions = numbers({
  1317: 'ER_QUERY_INTERRUPTED',
  1969: 'ER_STATEMENT_TIMEOUT',
  3024: 'ER_QUERY_TIMEOUT',
});

/** Transactions stood in each other's way. */
export const contention = numbers({
  1020: 'ER_CHECKREAD',
  1206: 'ER_LOCK_TABLE_FULL',
  // On a Galera cluster also at COMMIT.
  1213: 'ER_LOCK_DEADLOCK',
  1614: 'ER_XA_RBDEADLOCK',
  3058: 'ER_USER_LOCK_DEADLOCK',
  3101: 'ER_TRANSACTION_ROLLBACK_DURING_COMMIT',
  3132: 'ER_LOCKING_SERVICE_DEADLOCK',
});

export const duplicateKeys = numbers({
  1022: 'ER_DUP_KEY',
  1062: 'ER_DUP_ENTRY',
  1169: 'ER_DUP_UNIQUE',
  1586: 'ER_DUP_ENTRY_WITH_KEY_NAME',
  1859: 'ER_DUP_UNKNOWN_IN_INDEX',
});

/** The user has no right to it. */
export const denied = numbers({
  1044: 'ER_DBACCESS_DENIED_ERROR',
  1142: 'ER_TABLEACCESS_DENIED_ERROR',
  1143: 'ER_COLUMNACCESS_DENIED_ERROR',
  1227: 'ER_SPECIFIC_ACCESS_DENIED_ERROR',
});

/** The server is there, but not for us, or not now; another connection may lead to one that is. */
export const away = numbers({
  1040: 'ER_CON_COUNT_ERROR',
  1042: 'ER_BAD_HOST_ERROR',
  1043: 'ER_HANDSHAKE_ERROR',
  // On a Galera node that is not ready: WSREP has not yet prepared node for application use.
  1047: 'ER_UNKNOWN_COM_ERROR',
  1053: 'ER_SERVER_SHUTDOWN',
  1080: 'ER_FORCING_CLOSE',
  1081: 'ER_IPSOCK_ERROR',
  1129: 'ER_HOST_IS_BLOCKED',
  1152: 'ER_ABORTING_CONNECTION',
  1154: 'ER_NET_READ_ERROR_FROM_PIPE',
  1155: 'ER_NET_FCNTL_ERROR',
  1156: 'ER_NET_PACKETS_OUT_OF_ORDER',
  1157: 'ER_NET_UNCOMPRESS_ERROR',
  1158: 'ER_NET_READ_ERROR',
  1159: 'ER_NET_READ_INTERRUPTED',
  1160: 'ER_NET_ERROR_ON_WRITE',
  1161: 'ER_NET_WRITE_INTERRUPTED',
  1184: 'ER_NEW_ABORTING_CONNECTION',
  1203: 'ER_TOO_MANY_USER_CONNECTIONS',
  1226: 'ER_USER_LIMIT_REACHED',
  // Read only: a fail-over is under way.
  1290: 'ER_OPTION_PREVENTS_STATEMENT',
  1792: 'ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION',
  1836: 'ER_READ_ONLY_MODE',
  1874: 'ER_INNODB_READ_ONLY',
  1927: 'ER_CONNECTION_KILLED',
  3032: 'ER_SERVER_OFFLINE_MODE',
  3168: 'ER_SERVER_ISNT_AVAILABLE',
  3169: 'ER_SESSION_WAS_KILLED',
  4031: 'ER_CLIENT_INTERACTION_TIMEOUT',
});

/** The server fails at it, whoever asks: a person has to do something about the server. */
export const failing = numbers({
  1004: 'ER_CANT_CREATE_FILE',
  1015: 'ER_CANT_LOCK',
  1016: 'ER_CANT_OPEN_FILE',
  1021: 'ER_DISK_FULL',
  1023: 'ER_ERROR_ON_CLOSE',
  1024: 'ER_ERROR_ON_READ',
  1026: 'ER_ERROR_ON_WRITE',
  1028: 'ER_FILSORT_ABORT',
  1030: 'ER_GET_ERRNO',
  1034: 'ER_NOT_KEYFILE',
  1036: 'ER_OPEN_AS_READONLY',
  1037: 'ER_OUTOFMEMORY',
  1038: 'ER_OUT_OF_SORTMEMORY',
  1041: 'ER_OUT_OF_RESOURCES',
  1114: 'ER_RECORD_FILE_FULL',
  1119: 'ER_STACK_OVERRUN',
  1135: 'ER_CANT_CREATE_THREAD',
  1180: 'ER_ERROR_DURING_COMMIT',
  1194: 'ER_CRASHED_ON_USAGE',
  1195: 'ER_CRASHED_ON_REPAIR',
  1197: 'ER_TRANS_CACHE_FULL',
  1436: 'ER_STACK_OVERRUN_NEED_MORE',
  1461: 'ER_MAX_PREPARED_STMT_COUNT_REACHED',
  1534: 'ER_BINLOG_ROW_LOGGING_FAILED',
  1598: 'ER_BINLOG_LOGGING_IMPOSSIBLE',
  1637: 'ER_TOO_MANY_CONCURRENT_TRXS',
  1665: 'ER_BINLOG_STMT_MODE_AND_ROW_ENGINE',
  1705: 'ER_STMT_CACHE_FULL',
  1712: 'ER_INDEX_CORRUPT',
  1713: 'ER_UNDO_RECORD_TOO_BIG',
  1812: 'ER_TABLESPACE_MISSING',
  1814: 'ER_TABLESPACE_DISCARDED',
  1878: 'ER_TEMP_FILE_WRITE_FAILURE',
  1932: 'ER_NO_SUCH_TABLE_IN_ENGINE',
});

/**
 * Numbers below 1,000 are those of the servers' library for files and memory (`EE_…`: 3 is a write that failed, 5 no memory,
 * 20 a full disk) and of the storage engines.
 */
export const isOfTheMachine = (number: number): boolean => number < 1_000;

/** Classes of SQLSTATE that prove the statement, or its values, wrong: cardinality, data, constraints, tables, columns. */
export const provenStates = /^(21|22|23|42S|44)/;

/** What is proven by its number, because its state says less (HY000, 42000, 01000) or differs from engine to engine. */
export const proven = numbers({
  1048: 'ER_BAD_NULL_ERROR',
  1054: 'ER_BAD_FIELD_ERROR',
  1055: 'ER_WRONG_FIELD_WITH_GROUP',
  1056: 'ER_WRONG_GROUP_FIELD',
  1057: 'ER_WRONG_SUM_SELECT',
  1061: 'ER_DUP_KEYNAME',
  1064: 'ER_PARSE_ERROR',
  1065: 'ER_EMPTY_QUERY',
  1066: 'ER_NONUNIQ_TABLE',
  1067: 'ER_INVALID_DEFAULT',
  1071: 'ER_TOO_LONG_KEY',
  1072: 'ER_KEY_COLUMN_DOES_NOT_EXITS',
  1091: 'ER_CANT_DROP_FIELD_OR_KEY',
  1093: 'ER_UPDATE_TABLE_USED',
  1110: 'ER_FIELD_SPECIFIED_TWICE',
  1111: 'ER_INVALID_GROUP_FUNC_USE',
  1118: 'ER_TOO_BIG_ROWSIZE',
  1136: 'ER_WRONG_VALUE_COUNT_ON_ROW',
  1140: 'ER_MIX_OF_GROUP_FUNC_AND_FIELDS',
  1146: 'ER_NO_SUCH_TABLE',
  1149: 'ER_SYNTAX_ERROR',
  1176: 'ER_KEY_DOES_NOT_EXITS',
  1264: 'ER_WARN_DATA_OUT_OF_RANGE',
  1265: 'WARN_DATA_TRUNCATED',
  1267: 'ER_CANT_AGGREGATE_2COLLATIONS',
  1292: 'ER_TRUNCATED_WRONG_VALUE',
  1300: 'ER_INVALID_CHARACTER_STRING',
  1305: 'ER_SP_DOES_NOT_EXIST',
  1364: 'ER_NO_DEFAULT_FOR_FIELD',
  1366: 'ER_TRUNCATED_WRONG_VALUE_FOR_FIELD',
  1406: 'ER_DATA_TOO_LONG',
  1411: 'ER_WRONG_VALUE_FOR_TYPE',
  1451: 'ER_ROW_IS_REFERENCED_2',
  1452: 'ER_NO_REFERENCED_ROW_2',
  1582: 'ER_WRONG_PARAMCOUNT_TO_NATIVE_FCT',
  1690: 'ER_DATA_OUT_OF_RANGE',
  3105: 'ER_NON_DEFAULT_VALUE_FOR_GENERATED_COLUMN',
  3819: 'ER_CHECK_CONSTRAINT_VIOLATED',
  // MariaDB's numbers for the same.
  1906: 'ER_WARNING_NON_DEFAULT_VALUE_FOR_GENERATED_COLUMN',
  4025: 'ER_CONSTRAINT_FAILED',
});
