/* Loaded before the C library: a disk that has room for VTRIAL_TEST_ROOM more bytes, over all files whose names have
   VTRIAL_TEST_PLACE in them. Reserving room is something that this file system cannot do. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static long long room(void) {
  static long long left = -2;
  if (left == -2) left = atoll(getenv("VTRIAL_TEST_ROOM"));
  return left;
}
static long long used;

static int is_meant(int fd) {
  char link[64], name[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const ssize_t n = readlink(link, name, sizeof name - 1);
  if (n < 0) return 0;
  name[n] = 0;
  return strstr(name, getenv("VTRIAL_TEST_PLACE")) != NULL;
}

ssize_t write(int fd, const void* bytes, size_t size) {
  static ssize_t (*real)(int, const void*, size_t);
  if (real == NULL) real = (ssize_t(*)(int, const void*, size_t))dlsym(RTLD_NEXT, "write");
  if (!is_meant(fd)) return real(fd, bytes, size);
  const long long left = room() - used;
  if (left <= 0) {
    errno = ENOSPC;
    return -1;
  }
  const ssize_t n = real(fd, bytes, (long long)size < left ? size : (size_t)left);
  if (n > 0) used += n;
  return n;
}

int fallocate(int fd, int mode, off_t offset, off_t length) {
  (void)fd, (void)mode, (void)offset, (void)length;
  errno = EOPNOTSUPP;
  return -1;
}
int fallocate64(int fd, int mode, off_t offset, off_t length) { return fallocate(fd, mode, offset, length); }
