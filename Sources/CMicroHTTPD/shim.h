// Gives Swift the Debian header of microhttpd; wrappers here exist only where Swift cannot call C directly:
// variadic functions, and the unions that MHD_get_connection_info returns.
#pragma once
#include <microhttpd.h>
#include <netinet/in.h>
#include <stddef.h>
#include <sys/socket.h>

typedef void *(*parvis_mhd_uri_logger)(void *context, const char *uri, struct MHD_Connection *connection);

/// Starts an epoll daemon with a pool of threads on a socket that already listens. NULL and errno on failure.
static inline struct MHD_Daemon *parvis_mhd_start(
    int listening, unsigned threads, unsigned connections, unsigned connections_per_address,
    unsigned timeout_seconds, size_t connection_memory, MHD_AccessHandlerCallback on_access,
    parvis_mhd_uri_logger on_uri, MHD_RequestCompletedCallback on_completed, void *context) {
  return MHD_start_daemon(
      MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, on_access, context,
      MHD_OPTION_LISTEN_SOCKET, listening, MHD_OPTION_THREAD_POOL_SIZE, threads,
      MHD_OPTION_CONNECTION_LIMIT, connections, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
      connections_per_address, MHD_OPTION_CONNECTION_TIMEOUT, timeout_seconds,
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, connection_memory, MHD_OPTION_URI_LOG_CALLBACK, on_uri,
      context, MHD_OPTION_NOTIFY_COMPLETED, on_completed, context, MHD_OPTION_END);
}

/// Bytes from the first of the request line to the last of the empty line; 0 before the headers are complete.
static inline size_t parvis_mhd_head_size(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
  return info == NULL ? 0 : info->header_size;
}

/// The address of the peer, or NULL. It lives as long as the connection.
static inline const struct sockaddr *parvis_mhd_peer(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
  return info == NULL ? NULL : info->client_addr;
}
