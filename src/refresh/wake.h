/*-------------------------------------------------------------------------
 *
 * wake.h
 *	  How a writer's commit wakes the worker of its database.
 *
 * When the library is preloaded there is a small area of shared memory with a
 * place for each worker.  Without it nobody is woken: workers look for
 * themselves, every empathy.naptime.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_WAKE_H
#define EMPATHY_WAKE_H

/* Called when the library is loaded by the postmaster: asks for the area. */
extern void wake_init(void);

/* For writers: when this transaction commits, wake the worker of its database. */
extern void wake_at_commit(void);

/* For workers: this process serves this database from now on, until it ends. */
extern void wake_claim(void);

/*
 * For workers, before they look for work: the next commit sets this process's
 * latch.  Only one does; those that follow find the worker up.
 */
extern void wake_arm(void);

/* For workers, before they sleep: false when somebody committed since. */
extern bool wake_is_armed(void);

/*
 * For the launcher: calls found for each database in which something was
 * logged, but which has no worker.
 */
extern void wake_wanted(void (*found)(Oid database, void *arg), void *arg);

#endif /* EMPATHY_WAKE_H */
