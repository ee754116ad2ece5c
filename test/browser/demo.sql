-- On top of doc/demo/sample.sql: all of it watched, a segment for each business, and what people said of the map.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS empathy;
SELECT empathy.watch('telecom.events'), empathy.watch('shop.visits'), empathy.watch('shop.reviews'),
       empathy.watch('shop.messages'), empathy.watch('clinic.messages'), empathy.watch('clinic.surveys'),
       empathy.watch('shop.orders', kind => $$ CASE WHEN total < 0 THEN 'return' ELSE 'order' END $$),
       empathy.watch('clinic.appointments', kind => $$ CASE status WHEN 'attended' THEN 'appointment'
                                                       WHEN 'cancelled' THEN 'cancellation' ELSE status END $$);
CALL empathy.refresh();
SELECT empathy.add_segment('shop', 'SELECT customer_id FROM shop.customers'),
       empathy.add_segment('telecom', 'SELECT DISTINCT customer FROM telecom.truth'),
       empathy.add_segment('clinic', 'SELECT patient_id FROM clinic.patients');
SELECT empathy.note('all', 'thinks', 'In interviews many asked whether we still care about small customers.', 'Ann Berg'),
       empathy.review('all', 'thinks', 'do I still need this?', 'confirmed', 'Ann Berg'),
       empathy.review('all', 'thinks', 'do I really want it?', 'rejected', 'Bo Lind');
UPDATE empathy.note SET noted_at = '2026-02-20';
UPDATE empathy.review SET reviewed_at = '2026-02-24';
