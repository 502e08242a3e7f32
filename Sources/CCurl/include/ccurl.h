#ifndef KITH_CURL_H
#define KITH_CURL_H

#include <curl/curl.h>
#include <sys/socket.h>

/// libcurl's variadic calls with one type each: Swift cannot call variadic functions. `curl_easy_setopt` and
/// `curl_easy_getinfo` are macros as well, which check types; the names in parentheses are the functions themselves.

static inline CURLcode kith_curl_set_long(CURL *handle, CURLoption option, long value) {
  return (curl_easy_setopt)(handle, option, value);
}

static inline CURLcode kith_curl_set_offset(CURL *handle, CURLoption option, curl_off_t value) {
  return (curl_easy_setopt)(handle, option, value);
}

static inline CURLcode kith_curl_set_text(CURL *handle, CURLoption option, const char *value) {
  return (curl_easy_setopt)(handle, option, value);
}

/// For options that take data: the caller keeps what the pointer leads to until the transfer has ended.
static inline CURLcode kith_curl_set_pointer(CURL *handle, CURLoption option, void *value) {
  return (curl_easy_setopt)(handle, option, value);
}

static inline CURLcode kith_curl_set_list(CURL *handle, CURLoption option, struct curl_slist *value) {
  return (curl_easy_setopt)(handle, option, value);
}

/// Gets a piece of the body or one header line; returns how much of it was taken.
typedef size_t (*kith_curl_bytes)(char *bytes, size_t size, size_t count, void *context);
/// Is told how far a transfer has come; anything but 0 ends it.
typedef int (*kith_curl_progress)(void *context, curl_off_t down_total, curl_off_t down, curl_off_t up_total, curl_off_t up);
/// Makes the socket for an address that is about to be connected to, or returns `CURL_SOCKET_BAD`.
typedef curl_socket_t (*kith_curl_socket)(void *context, curlsocktype purpose, struct curl_sockaddr *address);

static inline CURLcode kith_curl_on_body(CURL *handle, kith_curl_bytes callback, void *context) {
  CURLcode code = (curl_easy_setopt)(handle, CURLOPT_WRITEFUNCTION, callback);
  return code ? code : (curl_easy_setopt)(handle, CURLOPT_WRITEDATA, context);
}

static inline CURLcode kith_curl_on_header(CURL *handle, kith_curl_bytes callback, void *context) {
  CURLcode code = (curl_easy_setopt)(handle, CURLOPT_HEADERFUNCTION, callback);
  return code ? code : (curl_easy_setopt)(handle, CURLOPT_HEADERDATA, context);
}

static inline CURLcode kith_curl_on_progress(CURL *handle, kith_curl_progress callback, void *context) {
  CURLcode code = (curl_easy_setopt)(handle, CURLOPT_XFERINFOFUNCTION, callback);
  if (!code) code = (curl_easy_setopt)(handle, CURLOPT_XFERINFODATA, context);
  return code ? code : (curl_easy_setopt)(handle, CURLOPT_NOPROGRESS, 0L);
}

static inline CURLcode kith_curl_on_socket(CURL *handle, kith_curl_socket callback, void *context) {
  CURLcode code = (curl_easy_setopt)(handle, CURLOPT_OPENSOCKETFUNCTION, callback);
  return code ? code : (curl_easy_setopt)(handle, CURLOPT_OPENSOCKETDATA, context);
}

/// Gives the next bytes of what is sent; 0 for its end.
static inline CURLcode kith_curl_on_upload(CURL *handle, kith_curl_bytes callback, void *context) {
  CURLcode code = (curl_easy_setopt)(handle, CURLOPT_READFUNCTION, callback);
  if (!code) code = (curl_easy_setopt)(handle, CURLOPT_READDATA, context);
  return code ? code : (curl_easy_setopt)(handle, CURLOPT_UPLOAD, 1L);
}

/// The status of the last answer.
static inline long kith_curl_status(CURL *handle) {
  long status = 0;
  (curl_easy_getinfo)(handle, CURLINFO_RESPONSE_CODE, &status);
  return status;
}

/// Leaves SMTP, in plain and in TLS.
static inline CURLcode kith_curl_speak_mail(CURL *handle) {
#if LIBCURL_VERSION_NUM >= 0x075500
  return (curl_easy_setopt)(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
#else
  return (curl_easy_setopt)(handle, CURLOPT_PROTOCOLS, (long)(CURLPROTO_SMTP | CURLPROTO_SMTPS));
#endif
}

/// libcurl speaks two dozen protocols; this leaves HTTP, and plain HTTP only when asked for.
static inline CURLcode kith_curl_speak_http(CURL *handle, int with_plain) {
#if LIBCURL_VERSION_NUM >= 0x075500
  return (curl_easy_setopt)(handle, CURLOPT_PROTOCOLS_STR, with_plain ? "http,https" : "https");
#else
  return (curl_easy_setopt)(handle, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTPS | (with_plain ? CURLPROTO_HTTP : 0)));
#endif
}

/// One of `sftp`, `ftps` and `ftp`, and nothing else.
static inline CURLcode kith_curl_speak_files(CURL *handle, const char *scheme, long bit) {
#if LIBCURL_VERSION_NUM >= 0x075500
  (void)bit;
  return (curl_easy_setopt)(handle, CURLOPT_PROTOCOLS_STR, scheme);
#else
  (void)scheme;
  return (curl_easy_setopt)(handle, CURLOPT_PROTOCOLS, bit);
#endif
}

/// Is shown the key of an SSH server before anything is sent; anything but 0 refuses it.
typedef int (*kith_curl_host_key)(void *context, int type, const char *key, size_t size);
/// Is shown the key of an SSH server and what the file of known hosts says about it.
typedef int (*kith_curl_known_host)(CURL *handle, const struct curl_khkey *known, const struct curl_khkey *found,
                                    enum curl_khmatch match, void *context);

static inline CURLcode kith_curl_on_host_key(CURL *handle, kith_curl_host_key callback, void *context) {
#if LIBCURL_VERSION_NUM >= 0x075400
  CURLcode code = (curl_easy_setopt)(handle, CURLOPT_SSH_HOSTKEYFUNCTION, callback);
  return code ? code : (curl_easy_setopt)(handle, CURLOPT_SSH_HOSTKEYDATA, context);
#else
  return CURLE_UNKNOWN_OPTION;
#endif
}

static inline CURLcode kith_curl_on_known_host(CURL *handle, kith_curl_known_host callback, void *context) {
  CURLcode code = (curl_easy_setopt)(handle, CURLOPT_SSH_KEYFUNCTION, callback);
  return code ? code : (curl_easy_setopt)(handle, CURLOPT_SSH_KEYDATA, context);
}

/// -1: not known.
static inline curl_off_t kith_curl_get_offset(CURL *handle, CURLINFO information) {
  curl_off_t value = -1;
  return (curl_easy_getinfo)(handle, information, &value) ? -1 : value;
}

/// A transfer that ends while its host's name is still being resolved does not wait for that: it would hold up all others.
/// The resolver's thread ends by itself.
static inline void kith_curl_leave_resolver(CURL *handle) {
#if LIBCURL_VERSION_NUM >= 0x075700
  (curl_easy_setopt)(handle, CURLOPT_QUICK_EXIT, 1L);
#else
  (void)handle;
#endif
}

static inline CURLMcode kith_curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
  return (curl_multi_setopt)(multi, option, value);
}

/// TLS sessions are kept for all transfers of a share, which one thread uses: it needs no locks.
static inline CURLSHcode kith_curl_share_sessions(CURLSH *share) {
  return (curl_share_setopt)(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
}

/// The next transfer that has ended, with how; NULL when there is none. (The message holds a union.)
static inline CURL *kith_curl_next_ended(CURLM *multi, CURLcode *outcome) {
  int left = 0;
  CURLMsg *message;
  while ((message = curl_multi_info_read(multi, &left))) {
    if (message->msg != CURLMSG_DONE) continue;
    *outcome = message->data.result;
    return message->easy_handle;
  }
  return NULL;
}

static inline const struct sockaddr *kith_curl_address(const struct curl_sockaddr *address) { return &address->addr; }

#endif
