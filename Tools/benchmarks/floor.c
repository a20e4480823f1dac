/* The floor: what the machine needs at least for the same work, in plain C with the same libraries.
 *
 *   floor build DB OUT    every proposal with its comments as HTML and JSON, lists by 50, a feed of 50
 *   floor again DB OUT    the same, but a file is read and compared first and written only if it differs
 *   floor approve DB OUT K   K waiting comments are published one by one: commit, page, JSON, list, first list, feed
 *   floor insert DB N        a bulk insert of N contributions with nine answers each, in one transaction
 *   floor serve DB PORT      POST of a comment with group commit and synchronous=FULL, over libmicrohttpd
 *
 *   floor hash ENTRIES       SHA-256 of every leaf below a folder of entry bundles, and of as many nodes
 *
 * cc -O2 -pthread floor.c -lsqlite3 -lcmark -lmicrohttpd -lsodium
 */
#define _GNU_SOURCE
#include <cmark.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <microhttpd.h>
#include <pthread.h>
#include <signal.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static void fail(const char *what) {
  fprintf(stderr, "%s: %s\n", what, strerror(errno));
  exit(1);
}

static void check(int ok, sqlite3 *db) {
  if (!ok) {
    fprintf(stderr, "sqlite: %s\n", sqlite3_errmsg(db));
    exit(1);
  }
}

/* ---- bytes ---- */

typedef struct { char *p; size_t n, room; } Text;

static void reserve(Text *t, size_t more) {
  if (t->n + more <= t->room) return;
  t->room = (t->n + more) * 2 + 4096;
  if (!(t->p = realloc(t->p, t->room))) fail("memory");
}

static void add(Text *t, const char *s, size_t n) {
  reserve(t, n);
  memcpy(t->p + t->n, s, n);
  t->n += n;
}

static void str(Text *t, const char *s) { add(t, s, strlen(s)); }

static void number(Text *t, long v) {
  char s[24];
  add(t, s, (size_t)snprintf(s, sizeof s, "%ld", v));
}

static void html(Text *t, const char *s, size_t n) {
  reserve(t, n * 6);
  for (size_t i = 0; i < n; i++) {
    const char *r = NULL;
    switch (s[i]) {
      case '&': r = "&amp;"; break;
      case '<': r = "&lt;"; break;
      case '>': r = "&gt;"; break;
      case '"': r = "&quot;"; break;
    }
    if (r) { size_t k = strlen(r); memcpy(t->p + t->n, r, k); t->n += k; } else t->p[t->n++] = s[i];
  }
}

static void json(Text *t, const char *s, size_t n) {
  reserve(t, n * 6 + 2);
  t->p[t->n++] = '"';
  for (size_t i = 0; i < n; i++) {
    unsigned char c = (unsigned char)s[i];
    if (c == '"' || c == '\\') { t->p[t->n++] = '\\'; t->p[t->n++] = (char)c; }
    else if (c == '\n') { t->p[t->n++] = '\\'; t->p[t->n++] = 'n'; }
    else if (c < 0x20) t->n += (size_t)sprintf(t->p + t->n, "\\u%04x", c);
    else t->p[t->n++] = (char)c;
  }
  t->p[t->n++] = '"';
}

static void markdown(Text *t, const char *s, size_t n) {
  char *out = cmark_markdown_to_html(s, n, CMARK_OPT_DEFAULT);
  str(t, out);
  free(out);
}

/* ---- the database ---- */

static sqlite3 *db;
static sqlite3_stmt *one, *talk, *list, *feed;

static sqlite3_stmt *prepare(const char *sql) {
  sqlite3_stmt *s = NULL;
  check(sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &s, NULL) == SQLITE_OK, db);
  return s;
}

static void open_database(const char *path) {
  check(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) == SQLITE_OK, db);
  sqlite3_exec(db, "PRAGMA mmap_size=1073741824", NULL, NULL, NULL);
}

static void open_site(const char *path) {
  open_database(path);
  one = prepare("SELECT id,title,author,created,supports,body FROM proposal WHERE id BETWEEN ? AND ? ORDER BY id");
  talk = prepare("SELECT author,sent,body FROM comment WHERE proposal=? AND state='published' ORDER BY id");
  list = prepare("SELECT id,title,author,supports FROM proposal WHERE id BETWEEN ? AND ? ORDER BY id");
  feed = prepare("SELECT id,title,created,body FROM proposal ORDER BY id DESC LIMIT 50");
}

#define TEXT(s, i) (const char *)sqlite3_column_text(s, i), (size_t)sqlite3_column_bytes(s, i)

static void head(Text *t, const char *title, size_t n) {
  str(t, "<!doctype html><html lang=\"fr\"><head><meta charset=\"utf-8\"><title>");
  html(t, title, n);
  str(t, "</title><link rel=\"stylesheet\" href=\"/s.css\"></head><body><header><a href=\"/\">Commune</a></header><main>");
}

static void foot(Text *t) { str(t, "</main><footer><a href=\"/m.html\">Mentions</a></footer></body></html>\n"); }

/* The proposal is the current row of `one`. */
static void document(Text *h, Text *j) {
  long id = sqlite3_column_int64(one, 0);
  h->n = j->n = 0;
  head(h, TEXT(one, 1));
  str(h, "<h1>"); html(h, TEXT(one, 1)); str(h, "</h1><p>"); html(h, TEXT(one, 2));
  str(h, ", "); html(h, TEXT(one, 3)); str(h, ", "); number(h, sqlite3_column_int64(one, 4)); str(h, "</p>");
  markdown(h, TEXT(one, 5));
  str(j, "{\"id\":"); number(j, id); str(j, ",\"title\":"); json(j, TEXT(one, 1));
  str(j, ",\"author\":"); json(j, TEXT(one, 2)); str(j, ",\"created\":"); json(j, TEXT(one, 3));
  str(j, ",\"supports\":"); number(j, sqlite3_column_int64(one, 4));
  str(j, ",\"markdown\":"); json(j, TEXT(one, 5)); str(j, ",\"comments\":[");
  sqlite3_bind_int64(talk, 1, id);
  for (int k = 0; sqlite3_step(talk) == SQLITE_ROW; k++) {
    str(h, "<h3>"); html(h, TEXT(talk, 0)); str(h, ", "); html(h, TEXT(talk, 1)); str(h, "</h3>");
    markdown(h, TEXT(talk, 2));
    if (k) str(j, ",");
    str(j, "{\"author\":"); json(j, TEXT(talk, 0)); str(j, ",\"sent\":"); json(j, TEXT(talk, 1));
    str(j, ",\"markdown\":"); json(j, TEXT(talk, 2)); str(j, "}");
  }
  sqlite3_reset(talk);
  foot(h);
  str(j, "]}\n");
}

static void list_page(Text *h, long first) {
  h->n = 0;
  head(h, "Propositions", 12);
  str(h, "<ul>");
  sqlite3_bind_int64(list, 1, first);
  sqlite3_bind_int64(list, 2, first + 49);
  while (sqlite3_step(list) == SQLITE_ROW) {
    str(h, "<li><a href=\"p"); number(h, sqlite3_column_int64(list, 0)); str(h, ".html\">"); html(h, TEXT(list, 1));
    str(h, "</a> "); html(h, TEXT(list, 2)); str(h, ", "); number(h, sqlite3_column_int64(list, 3)); str(h, "</li>");
  }
  sqlite3_reset(list);
  str(h, "</ul>");
  foot(h);
}

static void feed_page(Text *h, Text *scratch) {
  h->n = 0;
  str(h, "<?xml version=\"1.0\" encoding=\"utf-8\"?><feed xmlns=\"http://www.w3.org/2005/Atom\">");
  while (sqlite3_step(feed) == SQLITE_ROW) {
    str(h, "<entry><id>"); number(h, sqlite3_column_int64(feed, 0)); str(h, "</id><title>"); html(h, TEXT(feed, 1));
    str(h, "</title><updated>"); html(h, TEXT(feed, 2)); str(h, "</updated><content type=\"html\">");
    scratch->n = 0;
    markdown(scratch, TEXT(feed, 3));
    html(h, scratch->p, scratch->n);
    str(h, "</content></entry>");
  }
  sqlite3_reset(feed);
  str(h, "</feed>\n");
}

/* ---- files ---- */

static int root;

static void write_file(const char *path, const Text *t) {
  int f = openat(root, path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (f < 0 || write(f, t->p, t->n) != (ssize_t)t->n) fail(path);
  close(f);
}

static void keep_file(const char *path, const Text *t, Text *old) {
  int f = openat(root, path, O_RDONLY);
  if (f >= 0) {
    old->n = 0;
    reserve(old, t->n + 1);
    ssize_t n = read(f, old->p, t->n + 1);
    close(f);
    if (n == (ssize_t)t->n && !memcmp(old->p, t->p, t->n)) return;
  }
  write_file(path, t);
}

static void replace_file(const char *path, const Text *t) {
  char beside[128];
  snprintf(beside, sizeof beside, "%s.new", path);
  write_file(beside, t);
  if (renameat(root, beside, root, path)) fail(path);
}

static void open_out(const char *path) {
  mkdir(path, 0755);
  if ((root = open(path, O_RDONLY | O_DIRECTORY)) < 0) fail(path);
}

static long count(void) {
  sqlite3_stmt *s = prepare("SELECT max(id) FROM proposal");
  sqlite3_step(s);
  long n = sqlite3_column_int64(s, 0);
  sqlite3_finalize(s);
  return n;
}

static void build(int again) {
  Text h = {0}, j = {0}, x = {0};
  char path[128];
  long n = count(), shard = -1;
  sqlite3_bind_int64(one, 1, 1);
  sqlite3_bind_int64(one, 2, n);
  while (sqlite3_step(one) == SQLITE_ROW) {
    long id = sqlite3_column_int64(one, 0);
    if (id / 1000 != shard) { shard = id / 1000; snprintf(path, sizeof path, "%03ld", shard); mkdirat(root, path, 0755); }
    document(&h, &j);
    snprintf(path, sizeof path, "%03ld/p%ld.html", shard, id);
    if (again) keep_file(path, &h, &x); else write_file(path, &h);
    snprintf(path, sizeof path, "%03ld/p%ld.json", shard, id);
    if (again) keep_file(path, &j, &x); else write_file(path, &j);
  }
  for (long first = 1; first <= n; first += 50) {
    list_page(&h, first);
    snprintf(path, sizeof path, "list-%ld.html", first / 50 + 1);
    if (again) keep_file(path, &h, &x); else write_file(path, &h);
  }
  feed_page(&h, &j);
  if (again) keep_file("feed.atom", &h, &x); else write_file("feed.atom", &h);
}

/* ---- one approval ---- */

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double cpu(void) {
  struct rusage r;
  getrusage(RUSAGE_SELF, &r);
  return (double)r.ru_utime.tv_sec + (double)r.ru_stime.tv_sec + (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec) * 1e-6;
}

static int by_size(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void approve(long wanted) {
  Text h = {0}, j = {0};
  char path[128];
  sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
    "CREATE TABLE IF NOT EXISTS journal(id INTEGER PRIMARY KEY, comment INTEGER)", NULL, NULL, NULL);
  sqlite3_stmt *next = prepare("SELECT id, proposal FROM comment WHERE state='pending' AND proposal>=? ORDER BY proposal LIMIT 1");
  sqlite3_stmt *update = prepare("UPDATE comment SET state='published' WHERE id=?");
  sqlite3_stmt *note = prepare("INSERT INTO journal(comment) VALUES(?)");
  long n = count(), done = 0, step = n / (wanted + 1), from = 1;
  double *spent = calloc((size_t)wanted, sizeof *spent), before = cpu();
  for (; done < wanted; done++, from += step) {
    sqlite3_bind_int64(next, 1, from);
    if (sqlite3_step(next) != SQLITE_ROW) break;
    long comment = sqlite3_column_int64(next, 0), id = sqlite3_column_int64(next, 1);
    sqlite3_reset(next);
    double start = now();
    sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    sqlite3_bind_int64(update, 1, comment); sqlite3_step(update); sqlite3_reset(update);
    sqlite3_bind_int64(note, 1, comment); sqlite3_step(note); sqlite3_reset(note);
    check(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK, db);
    sqlite3_bind_int64(one, 1, id); sqlite3_bind_int64(one, 2, id);
    sqlite3_step(one); document(&h, &j); sqlite3_reset(one);
    snprintf(path, sizeof path, "%03ld/p%ld.html", id / 1000, id); replace_file(path, &h);
    snprintf(path, sizeof path, "%03ld/p%ld.json", id / 1000, id); replace_file(path, &j);
    list_page(&h, (id - 1) / 50 * 50 + 1);
    snprintf(path, sizeof path, "list-%ld.html", (id - 1) / 50 + 1); replace_file(path, &h);
    list_page(&h, n - 49); replace_file("list-front.html", &h);
    feed_page(&h, &j); replace_file("feed.atom", &h);
    spent[done] = now() - start;
  }
  double used = cpu() - before;
  qsort(spent, (size_t)done, sizeof *spent, by_size);
  if (done) printf("{\"approvals\":%ld,\"cpu_ms\":%.4f,\"p50_ms\":%.4f,\"p99_ms\":%.4f}\n", done,
    used / (double)done * 1e3, spent[done / 2] * 1e3, spent[(long)((double)done * 0.99)] * 1e3);
}

/* ---- bulk insert ---- */

/* The same tables and indexes as the consultation module's, filled with rows of the same shape and length. */
static void insert(long n) {
  sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
    "CREATE TABLE proposal(id INTEGER PRIMARY KEY, consultation TEXT NOT NULL, title TEXT NOT NULL, body TEXT NOT NULL,"
    " author TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, publication TEXT NOT NULL,"
    " published_number INTEGER, published_at INTEGER, verified_supports INTEGER NOT NULL DEFAULT 0,"
    " unverified_supports INTEGER NOT NULL DEFAULT 0, channel TEXT NOT NULL, reference TEXT UNIQUE, public_reference TEXT,"
    " author_reference TEXT, author_type TEXT, zip_code TEXT, revised_at INTEGER, responses INTEGER NOT NULL DEFAULT 0,"
    " UNIQUE(consultation, published_number)) STRICT;"
    "CREATE TABLE response(proposal INTEGER NOT NULL, position INTEGER NOT NULL, question INTEGER NOT NULL,"
    " value TEXT NOT NULL, PRIMARY KEY(proposal, position)) STRICT, WITHOUT ROWID;",
    NULL, NULL, NULL);
  sqlite3_stmt *a = prepare("INSERT INTO proposal(id, consultation, title, body, author, created_at, updated_at, publication,"
    " published_number, published_at, channel, reference, public_reference, author_reference, author_type, zip_code, responses)"
    " VALUES(?,'banc',?,'','',?,?,'published',?,?,'import',?,?,?,'Citoyen / Citoyenne','55000',9)");
  sqlite3_stmt *b = prepare("INSERT INTO response VALUES(?,?,?,?)");
  char reference[40], value[128];
  memset(value, 'e', sizeof value);
  sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
  for (long id = 1; id <= n; id++) {
    int k = snprintf(reference, sizeof reference, "UHJvcG9zYWw6%08ld", id);
    sqlite3_bind_int64(a, 1, id);
    sqlite3_bind_text(a, 2, value, 45, SQLITE_STATIC);
    for (int c = 3; c <= 6; c++) sqlite3_bind_int64(a, c, id);
    sqlite3_bind_text(a, 7, reference, k, SQLITE_STATIC);
    sqlite3_bind_text(a, 8, reference + 12, k - 12, SQLITE_STATIC);
    sqlite3_bind_text(a, 9, reference, 15, SQLITE_STATIC);
    check(sqlite3_step(a) == SQLITE_DONE, db);
    sqlite3_reset(a);
    for (int q = 0; q < 9; q++) {
      sqlite3_bind_int64(b, 1, id); sqlite3_bind_int64(b, 2, q); sqlite3_bind_int64(b, 3, q + 1);
      sqlite3_bind_text(b, 4, value, 124, SQLITE_STATIC);
      check(sqlite3_step(b) == SQLITE_DONE, db);
      sqlite3_reset(b);
    }
  }
  check(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK, db);
}

/* ---- the server of durable posts ---- */

typedef struct Post { struct MHD_Connection *connection; Text body; int done; struct Post *next; } Post;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t waiting = PTHREAD_COND_INITIALIZER;
static Post *queue, **tail = &queue;

static void *commit_groups(void *unused) {
  (void)unused;
  sqlite3_stmt *s = prepare("INSERT INTO comment(proposal, author, sent, state, body) VALUES(1,'','','pending',?)");
  for (;;) {
    pthread_mutex_lock(&lock);
    while (!queue) pthread_cond_wait(&waiting, &lock);
    Post *group = queue;
    queue = NULL;
    tail = &queue;
    pthread_mutex_unlock(&lock);
    sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    for (Post *p = group; p; p = p->next) {
      sqlite3_bind_text(s, 1, p->body.p, (int)p->body.n, SQLITE_STATIC);
      sqlite3_step(s);
      sqlite3_reset(s);
    }
    check(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK, db);
    for (Post *p = group, *next; p; p = next) {
      next = p->next;
      p->done = 1;
      MHD_resume_connection(p->connection);
    }
  }
  return NULL;
}

static enum MHD_Result answer(void *c, struct MHD_Connection *connection, const char *url, const char *method,
                              const char *version, const char *data, size_t *size, void **state) {
  (void)c; (void)url; (void)version;
  if (!*state) { *state = calloc(1, sizeof(Post)); return MHD_YES; }
  Post *p = *state;
  if (*size) { add(&p->body, data, *size); *size = 0; return MHD_YES; }
  if (!p->done && !strcmp(method, "POST")) {
    p->connection = connection;
    p->next = NULL;
    MHD_suspend_connection(connection);
    pthread_mutex_lock(&lock);
    *tail = p;
    tail = &p->next;
    pthread_cond_signal(&waiting);
    pthread_mutex_unlock(&lock);
    return MHD_YES;
  }
  static char body[] = "{\"receipt\":{\"number\":\"00001\"}}";
  struct MHD_Response *r = MHD_create_response_from_buffer(sizeof body - 1, body, MHD_RESPMEM_PERSISTENT);
  enum MHD_Result ok = MHD_queue_response(connection, 201, r);
  MHD_destroy_response(r);
  return ok;
}

static void finished(void *c, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode why) {
  (void)c; (void)connection; (void)why;
  Post *p = *state;
  if (p) { free(p->body.p); free(p); }
}

static void serve(int port) {
  sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE IF NOT EXISTS comment(id INTEGER PRIMARY KEY,"
    " proposal INTEGER, author TEXT, sent TEXT, state TEXT, body TEXT)", NULL, NULL, NULL);
  pthread_t t;
  pthread_create(&t, NULL, commit_groups, NULL);
  struct MHD_Daemon *d = MHD_start_daemon(
    MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, (uint16_t)port, NULL, NULL, answer, NULL,
    MHD_OPTION_THREAD_POOL_SIZE, 2u, MHD_OPTION_NOTIFY_COMPLETED, finished, NULL, MHD_OPTION_END);
  if (!d) fail("port");
  pause();
}

/* The register: SHA-256 of each leaf and of as many nodes, nothing else. */
static int hash_bundle(const char *path, const struct stat *status, int kind, struct FTW *place) {
  (void)place;
  if (kind != FTW_F) return 0;
  unsigned char *data = malloc(status->st_size + 1), node[65] = {1}, sum[32];
  FILE *file = fopen(path, "r");
  long size = file ? (long)fread(data, 1, status->st_size, file) : 0;
  if (file) fclose(file);
  for (long at = 0; at + 2 <= size;) {
    long length = data[at] << 8 | data[at + 1];
    data[at + 1] = 0;
    crypto_hash_sha256(sum, data + at + 1, length + 1);
    memcpy(node + 1, sum, 32);
    crypto_hash_sha256(node + 33, node, 65);
    at += 2 + length;
  }
  free(data);
  return 0;
}

int main(int argc, char **argv) {
  if (argc == 3 && !strcmp(argv[1], "hash")) return nftw(argv[2], hash_bundle, 16, FTW_PHYS) ? 1 : 0;
  if (argc < 4) { fprintf(stderr, "floor build|again|approve|insert|serve DB …\n"); return 2; }
  const char *verb = argv[1];
  if (!strcmp(verb, "insert")) { open_database(argv[2]); insert(atol(argv[3])); }
  else if (!strcmp(verb, "serve")) { open_database(argv[2]); serve(atoi(argv[3])); }
  else {
    open_site(argv[2]);
    open_out(argv[3]);
    if (!strcmp(verb, "approve")) approve(argc > 4 ? atol(argv[4]) : 100);
    else build(!strcmp(verb, "again"));
  }
  return 0;
}
