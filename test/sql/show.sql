-- Maps as text, Markdown and Mermaid. The maps are in test/data/maps; what must hold of any is in test/pgtap/show.sql.
SET client_encoding = utf8;
\set group `cat test/data/maps/group.json`
\set customer `cat test/data/maps/customer.json`
\set bare `cat test/data/maps/bare.json`
\set hostile `cat test/data/maps/hostile.json`
\pset format unaligned
\pset tuples_only on

-- Text: a group's map, a person's, one without what is optional.
SELECT empathy.map_text(:'group'::jsonb);
SELECT empathy.map_text(:'customer'::jsonb);
SELECT empathy.map_text(:'bare'::jsonb);

-- Narrow: one column.
SELECT empathy.map_text(:'customer'::jsonb, 60);

-- Texts that mean harm, letters that are wide.
SELECT empathy.map_text(:'hostile'::jsonb);
SELECT empathy.map_text('{"says": [{"item": "配送が遅い", "share": 0.5, "quotes": [{"quote": "荷物がまだ届いていません。もう三週間も待っています。誰も返事をくれません。"}]}]}'::jsonb, 80);

SELECT empathy.map_markdown(:'group'::jsonb);
SELECT empathy.map_mermaid(:'group'::jsonb);
SELECT empathy.map_mermaid(:'hostile'::jsonb);
