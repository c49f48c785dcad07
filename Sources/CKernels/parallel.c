// The only threads of the package. Work is cut into tiles by its shape alone, and every tile writes
// its own results, so nothing depends on which thread takes which tile, or on how many there are.

#if defined(__linux__)
#define _GNU_SOURCE  // sched_getaffinity
#endif
#include "CKernels.h"
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

#define SPIN_NANOSECONDS 100000
#define MAXIMUM_WORKERS 256

// How many tiles of the current job are left to take and, in the upper half, how many workers may take
// them: both belong to the same job whenever they are read, however late a thread comes.
static _Atomic uint64_t ticket;
static _Atomic long finished;
static parallel_body current_body;
static void *current_context;

static _Atomic int is_busy;
static _Atomic long wanted_workers = 1;
static long started_workers = 1;  // the caller is worker 0
static _Atomic long sleepers;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t work_arrived = PTHREAD_COND_INITIALIZER;

#define TILES_LEFT(ticket) ((uint32_t)(ticket))
#define WORKERS(ticket) ((long)((ticket) >> 32))

// Takes and runs one tile; false where none is left.
static int run_one(long worker) {
  uint64_t seen = atomic_load(&ticket);
  do {
    if (!TILES_LEFT(seen) || worker >= WORKERS(seen)) return 0;
  } while (!atomic_compare_exchange_weak(&ticket, &seen, seen - 1));
  // The job cannot end, and the next cannot begin, before this tile is finished.
  current_body(current_context, TILES_LEFT(seen) - 1, worker);
  atomic_fetch_add(&finished, 1);
  return 1;
}

static void relax(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static int64_t nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

// Waits for tiles: awake for a moment, since the next job of a training step is near, then asleep.
static void wait_for_work(void) {
  int64_t end = nanoseconds() + SPIN_NANOSECONDS;
  do {
    for (int i = 0; i < 32; i++) {
      if (TILES_LEFT(atomic_load(&ticket))) return;
      relax();
    }
  } while (nanoseconds() < end);
  pthread_mutex_lock(&mutex);
  atomic_fetch_add(&sleepers, 1);
  while (!TILES_LEFT(atomic_load(&ticket))) pthread_cond_wait(&work_arrived, &mutex);
  atomic_fetch_sub(&sleepers, 1);
  pthread_mutex_unlock(&mutex);
}

static void *work(void *number) {
  long worker = (long)(intptr_t)number;
  for (;;)
    if (!run_one(worker)) wait_for_work();
  return 0;
}

static void start_workers(long count) {
  for (; started_workers < count; started_workers++) {
    pthread_t thread;
    if (pthread_create(&thread, 0, work, (void *)(intptr_t)started_workers)) return;
    pthread_detach(thread);
  }
}

void parallel_set_workers(long count) {
  atomic_store(&wanted_workers, count < 1 ? 1 : count > MAXIMUM_WORKERS ? MAXIMUM_WORKERS : count);
}

long parallel_workers(void) { return atomic_load(&wanted_workers); }

long parallel_processors(void) {
#if defined(__linux__)
  cpu_set_t allowed;
  if (!sched_getaffinity(0, sizeof allowed, &allowed)) return CPU_COUNT(&allowed);
#endif
  long online = sysconf(_SC_NPROCESSORS_ONLN);
  return online < 1 ? 1 : online;
}

void parallel_for(long tiles, parallel_body body, void *context) {
  parallel_for_workers(parallel_workers(), tiles, body, context);
}

void parallel_for_workers(long workers, long tiles, parallel_body body, void *context) {
  int is_free = 0;
  if (tiles < 2 || workers < 2 || !atomic_compare_exchange_strong(&is_busy, &is_free, 1)) {
    for (long tile = tiles - 1; tile >= 0; tile--) body(context, tile, 0);
    return;
  }
  start_workers(workers);
  current_body = body;
  current_context = context;
  atomic_store(&finished, 0);
  atomic_store(&ticket, (uint64_t)workers << 32 | (uint64_t)tiles);
  if (atomic_load(&sleepers)) {
    pthread_mutex_lock(&mutex);
    pthread_cond_broadcast(&work_arrived);
    pthread_mutex_unlock(&mutex);
  }
  while (run_one(0)) {}
  while (atomic_load(&finished) < tiles) relax();
  atomic_store(&is_busy, 0);
}
