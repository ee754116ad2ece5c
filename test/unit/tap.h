/*-------------------------------------------------------------------------
 *
 * tap.h
 *	  What a unit test needs to print TAP: ok(), diag(), and tap_done() at the end.
 *
 *-------------------------------------------------------------------------
 */
#ifndef TAP_H
#define TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

static int tap_run;
static int tap_failed;

/* One test point; returns whether it held. */
static inline bool __attribute__((format(printf, 2, 3))) ok(bool holds, const char *name, ...)
{
	va_list args;

	printf("%sok %d - ", holds ? "" : "not ", ++tap_run);
	va_start(args, name);
	vprintf(name, args);
	va_end(args);
	printf("\n");
	fflush(stdout);
	tap_failed += !holds;
	return holds;
}

/* A remark, beside the points. */
static inline void __attribute__((format(printf, 1, 2))) diag(const char *format, ...)
{
	va_list args;

	printf("# ");
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
	fflush(stdout);
}

/* Prints the plan; returns the program's exit status. */
static inline int
tap_done(void)
{
	printf("1..%d\n", tap_run);
	if (tap_failed > 0)
		diag("%d of %d failed", tap_failed, tap_run);
	return tap_failed == 0 && tap_run > 0 ? 0 : 1;
}

#endif /* TAP_H */
