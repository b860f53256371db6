/* Measures the highest throughput of a unix socket: one process writes frames of one size, another process reads them.
   Usage: bare-loop PATH SIZE COUNT. Prints the seconds that the reader needed for COUNT frames. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void die(const char *what) {
  perror(what);
  exit(1);
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  size_t size = strtoul(argv[2], 0, 10);
  long count = atol(argv[3]), warm = count / 10 < 3 ? 3 : count / 10;
  /* Each write() contains many small frames, as in a fast program. */
  size_t block = size >= 65536 ? size : 65536 / size * size;
  unsigned long long left = (unsigned long long)(warm + count) * size;
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strncpy(address.sun_path, argv[1], sizeof address.sun_path - 1);
  char *buffer = malloc(block);
  memset(buffer, 7, block);
  int server = socket(AF_UNIX, SOCK_STREAM, 0);
  if (bind(server, (struct sockaddr *)&address, sizeof address) || listen(server, 1)) die("bind");
  pid_t child = fork();
  if (child == 0) {
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (connect(fd, (struct sockaddr *)&address, sizeof address)) die("connect");
    while (left > 0) {
      size_t want = left < block ? left : block;
      for (size_t done = 0; done < want;) {
        ssize_t n = write(fd, buffer + done, want - done);
        if (n <= 0) die("write");
        done += n;
      }
      left -= want;
    }
    return 0;
  }
  int fd = accept(server, 0, 0);
  unsigned long long got = 0, warm_bytes = (unsigned long long)warm * size;
  double start = 0;
  size_t at = 0;
  while (got < left) {
    ssize_t n = read(fd, buffer + at, block - at);
    if (n <= 0) die("read");
    got += n;
    at = (at + n) % block;
    if (start == 0 && got >= warm_bytes) start = now();
  }
  printf("%f\n", now() - start);
  unlink(argv[1]);
  waitpid(child, 0, 0);
  return 0;
}
