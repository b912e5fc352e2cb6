/* Preloaded into a process, lets writes to files fail while the file named by FAIL_WHILE exists:
 * with ENOSPC, or with EIO from fsync alone where FAIL_FSYNC is set. It concerns the files whose
 * path has FAIL_PATH in it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int is_concerned(int fd) {
  const char *part = getenv("FAIL_PATH");
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return part != NULL && strstr(path, part) != NULL;
}

static int fails(int fd) {
  const char *flag = getenv("FAIL_WHILE");
  return flag != NULL && access(flag, F_OK) == 0 && is_concerned(fd);
}

static int write_fails(int fd) { return getenv("FAIL_FSYNC") == NULL && fails(fd); }
static int sync_fails(int fd) { return getenv("FAIL_FSYNC") != NULL && fails(fd); }

#define NO_ROOM(fd) if (write_fails(fd)) { errno = ENOSPC; return -1; }
#define BAD_DISK(fd) if (sync_fails(fd)) { errno = EIO; return -1; }

ssize_t write(int fd, const void *bytes, size_t count) {
  NO_ROOM(fd)
  return ((ssize_t (*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write"))(fd, bytes, count);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) {
  NO_ROOM(fd)
  return ((ssize_t (*)(int, const void *, size_t, off_t))dlsym(RTLD_NEXT, "pwrite"))(fd, bytes, count, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
  NO_ROOM(fd)
  return ((ssize_t (*)(int, const void *, size_t, off64_t))dlsym(RTLD_NEXT, "pwrite64"))(fd, bytes, count, at);
}

int fsync(int fd) {
  BAD_DISK(fd)
  return ((int (*)(int))dlsym(RTLD_NEXT, "fsync"))(fd);
}

int fdatasync(int fd) {
  BAD_DISK(fd)
  return ((int (*)(int))dlsym(RTLD_NEXT, "fdatasync"))(fd);
}
