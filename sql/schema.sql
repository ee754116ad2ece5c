-- What every later piece stands on. The schema itself is made by CREATE EXTENSION (empathy.control).
COMMENT ON SCHEMA empathy IS
    'How each customer feels, what they want and whether they are about to leave, computed from event tables';
