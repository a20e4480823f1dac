// Gives Swift the Debian header of libcurl. The library is not linked but opened when something is sent: it brings
// some thirty others, which every verb of the command would load at its start. Wrappers here exist only for that and
// for variadic functions.
#pragma once
#include <curl/curl.h>
#include <dlfcn.h>
#include <stddef.h>

/// Filled once, never changed: threads may share it.
typedef struct __attribute__((swift_attr("@Sendable"))) parvis_curl {
  CURLcode (*global_init)(long flags);
  CURL *(*easy_init)(void);
  CURLcode (*easy_setopt)(CURL *handle, CURLoption option, ...);
  CURLcode (*easy_perform)(CURL *handle);
  CURLcode (*easy_getinfo)(CURL *handle, CURLINFO info, ...);
  void (*easy_cleanup)(CURL *handle);
  const char *(*easy_strerror)(CURLcode code);
  struct curl_slist *(*slist_append)(struct curl_slist *list, const char *text);
  void (*slist_free_all)(struct curl_slist *list);
} parvis_curl;

/// Opens the library and finds its functions: 0, or -1 when it is not there or too old.
static inline int parvis_curl_open(parvis_curl *curl) {
  void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) library = dlopen("libcurl-gnutls.so.4", RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) return -1;
  *(void **)&curl->global_init = dlsym(library, "curl_global_init");
  *(void **)&curl->easy_init = dlsym(library, "curl_easy_init");
  *(void **)&curl->easy_setopt = dlsym(library, "curl_easy_setopt");
  *(void **)&curl->easy_perform = dlsym(library, "curl_easy_perform");
  *(void **)&curl->easy_getinfo = dlsym(library, "curl_easy_getinfo");
  *(void **)&curl->easy_cleanup = dlsym(library, "curl_easy_cleanup");
  *(void **)&curl->easy_strerror = dlsym(library, "curl_easy_strerror");
  *(void **)&curl->slist_append = dlsym(library, "curl_slist_append");
  *(void **)&curl->slist_free_all = dlsym(library, "curl_slist_free_all");
  if (!curl->global_init || !curl->easy_init || !curl->easy_setopt || !curl->easy_perform ||
      !curl->easy_getinfo || !curl->easy_cleanup || !curl->easy_strerror || !curl->slist_append ||
      !curl->slist_free_all)
    return -1;
  return curl->global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? 0 : -1;
}

static inline CURL *parvis_curl_new(const parvis_curl *curl) { return curl->easy_init(); }
static inline void parvis_curl_free(const parvis_curl *curl, CURL *handle) { curl->easy_cleanup(handle); }
static inline CURLcode parvis_curl_perform(const parvis_curl *curl, CURL *handle) {
  return curl->easy_perform(handle);
}
static inline CURLcode parvis_curl_set_long(const parvis_curl *curl, CURL *handle, CURLoption option, long value) {
  return curl->easy_setopt(handle, option, value);
}
static inline CURLcode parvis_curl_set_size(const parvis_curl *curl, CURL *handle, CURLoption option,
                                            curl_off_t value) {
  return curl->easy_setopt(handle, option, value);
}
/// The library copies the text.
static inline CURLcode parvis_curl_set_text(const parvis_curl *curl, CURL *handle, CURLoption option,
                                            const char *value) {
  return curl->easy_setopt(handle, option, value);
}
static inline CURLcode parvis_curl_set_pointer(const parvis_curl *curl, CURL *handle, CURLoption option,
                                               void *value) {
  return curl->easy_setopt(handle, option, value);
}
static inline CURLcode parvis_curl_set_list(const parvis_curl *curl, CURL *handle, CURLoption option,
                                            struct curl_slist *value) {
  return curl->easy_setopt(handle, option, value);
}
static inline long parvis_curl_response(const parvis_curl *curl, CURL *handle) {
  long code = 0;
  curl->easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &code);
  return code;
}
static inline struct curl_slist *parvis_curl_append(const parvis_curl *curl, struct curl_slist *list,
                                                    const char *text) {
  return curl->slist_append(list, text);
}
static inline void parvis_curl_free_list(const parvis_curl *curl, struct curl_slist *list) {
  curl->slist_free_all(list);
}
static inline const char *parvis_curl_words(const parvis_curl *curl, CURLcode code) {
  return curl->easy_strerror(code);
}

/// Bytes that are read piece by piece, for the body of a mail.
typedef struct parvis_curl_source {
  const unsigned char *bytes;
  size_t count;
  size_t taken;
} parvis_curl_source;

static inline size_t parvis_curl_read(char *buffer, size_t size, size_t count, void *context) {
  parvis_curl_source *source = (parvis_curl_source *)context;
  size_t room = size * count, left = source->count - source->taken;
  size_t piece = left < room ? left : room;
  for (size_t i = 0; i < piece; i++) buffer[i] = (char)source->bytes[source->taken + i];
  source->taken += piece;
  return piece;
}

/// Answers are not read: a program that is called tells us nothing but its status.
static inline size_t parvis_curl_discard(char *buffer, size_t size, size_t count, void *context) {
  (void)buffer;
  (void)context;
  return size * count;
}

/// Sets the body of a mail, which must stay alive until the transfer ends, and throws answers away.
static inline void parvis_curl_set_source(const parvis_curl *curl, CURL *handle, parvis_curl_source *source) {
  curl->easy_setopt(handle, CURLOPT_READFUNCTION, parvis_curl_read);
  curl->easy_setopt(handle, CURLOPT_READDATA, (void *)source);
  curl->easy_setopt(handle, CURLOPT_INFILESIZE_LARGE, (curl_off_t)source->count);
  curl->easy_setopt(handle, CURLOPT_UPLOAD, 1L);
}
static inline void parvis_curl_ignore_answer(const parvis_curl *curl, CURL *handle) {
  curl->easy_setopt(handle, CURLOPT_WRITEFUNCTION, parvis_curl_discard);
}
