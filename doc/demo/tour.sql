-- The tour: what somebody sees first.
CREATE EXTENSION empathy;

SELECT extname, extversion FROM pg_extension WHERE extname = 'empathy';
