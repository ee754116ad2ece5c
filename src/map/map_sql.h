/*-------------------------------------------------------------------------
 *
 * map_sql.h
 *	  The maps' part in loading the library.
 *
 *-------------------------------------------------------------------------
 */
#ifndef MAP_SQL_H
#define MAP_SQL_H

extern void map_init(void);

#endif /* MAP_SQL_H */
