// Gives Swift the Debian header of sqlite3; wrappers here exist only where Swift cannot call C directly.
#pragma once
#include <sqlite3.h>

// SQLITE_TRANSIENT is a cast of -1 to a function pointer, which Swift does not import.
static inline int parvis_bind_text(sqlite3_stmt *statement, int index, const char *bytes, sqlite3_uint64 count) {
  return sqlite3_bind_text64(statement, index, bytes, count, SQLITE_TRANSIENT, SQLITE_UTF8);
}

// The same for blobs.
static inline int parvis_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, sqlite3_uint64 count) {
  return sqlite3_bind_blob64(statement, index, bytes, count, SQLITE_TRANSIENT);
}

// sqlite3_db_config is variadic. All the switches that Parvis sets take an int and give back an int.
static inline int parvis_db_config(sqlite3 *database, int option, int on) {
  int now = 0;
  return sqlite3_db_config(database, option, on, &now);
}

// sqlite3_config is variadic, too. Only before the first connection.
static inline int parvis_no_memory_statistics(void) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }
