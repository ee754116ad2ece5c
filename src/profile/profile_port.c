/*-------------------------------------------------------------------------
 *
 * profile_port.c
 *	  What the core of profiles needs of the server: memory, interruption, and
 *	  failure as errors.
 *
 *-------------------------------------------------------------------------
 */
#include "profile/profile_sql.h"

#include "miscadmin.h"
#include "utils/memutils.h"

void *
profile_port_alloc(void *memory, size_t size)
{
	return MemoryContextAllocHuge((MemoryContext) memory, size);
}

void *
profile_port_grow(void *memory, void *old, size_t size)
{
	return repalloc_huge(old, size);
}

void
profile_port_free(void *memory, void *old)
{
	pfree(old);
}

void
profile_port_tick(void)
{
	CHECK_FOR_INTERRUPTS();
}

void
profile_port_fail(void *memory, ProfileFailure failure, const char *what, const char *other)
{
	switch (failure)
	{
		case PROFILE_CORRUPT:
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
					 errmsg("invalid empathy.profile value"), errdetail_internal("%s", what)));
			break;
		case PROFILE_NEWER:
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("empathy.profile value has a newer format than this library knows"),
					 errdetail("This library knows format %d.", PROFILE_FORMAT),
					 errhint("Install the newer version of empathy that wrote it.")));
			break;
		case PROFILE_OVERFLOW:
			ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
							errmsg("a count or sum of a profile is out of range"),
							errdetail("Sums are kept in ten-thousandths, in 64 bits.")));
			break;
		case PROFILE_MODELS_DIFFER:
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("cannot merge profiles whose texts were read by different models"),
					 errdetail("The models are \"%s\" and \"%s\".", what, other),
					 errhint("Compute both again with the same setting of empathy.model.")));
			break;
		case PROFILE_KINDS_DIFFER:
			ereport(
				ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("cannot merge the profile of a person with that of a group"),
				 errhint("Maps of groups merge with each other; empathy.map_agg() makes them of "
						 "people's profiles.")));
			break;
		case PROFILE_SYNTAX:
			ereport(ERROR, (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
							errmsg("invalid input syntax for type empathy.profile"),
							errdetail("Expected %s at character %s.", what, other)));
			break;
	}
	elog(ERROR, "unrecognized profile failure: %d", (int) failure);
	pg_unreachable();
}
