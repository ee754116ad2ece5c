-- A table "texts" of :texts messages of about 100 characters, four phrases each, the same on every run.
CREATE TABLE texts AS
WITH phrase AS (
    SELECT ARRAY['hello there,', 'good morning,', 'hi again,', 'second time I write:',
                 'just a short note,', 'to whom it may concern,', 'quick question,', 'dear team,'] AS opening,
           ARRAY['the parcel came three days late', 'my invoice shows the wrong amount',
                 'the new app is so much faster', 'nobody picked up the phone',
                 'the staff were kind and patient', 'the line has been dead since Monday',
                 'I ordered two lamps and got one', 'the refund arrived this morning',
                 'your prices went up again', 'the doctor took her time with me',
                 'the coat fits like a glove', 'checkout keeps failing at the last step',
                 'I was charged twice for one order', 'the waiting room was packed',
                 'delivery was quick as always', 'the password link does not work'] AS event,
           ARRAY['and I am really annoyed', 'which made my day', 'so I had to call twice',
                 'but it is not a big problem', 'and we are very happy with it', 'and that is not what I paid for',
                 'which is a shame', 'and I have no idea why', 'as it was promised',
                 'and I want to cancel my contract', 'so thank you very much',
                 'and my neighbour says the same', 'for the third time this year', 'and the colour is lovely',
                 'which scared me a little', 'but I will order again'] AS feeling,
           ARRAY['please call me back.', 'can you fix it?', 'keep it up!', 'how do I send it back?', 'thanks :)',
                 'best regards', 'I expect an answer this week.', 'see you next month'] AS closing
)
SELECT i AS id,
       format('%s %s %s, order %s, %s', opening[1 + (h & 7)], event[1 + (h >> 3 & 15)],
              feeling[1 + (h >> 7 & 15)], i, closing[1 + (h >> 11 & 7)]) AS body
FROM phrase, generate_series(1, :texts) AS i, hashint4(i) AS h;
VACUUM ANALYZE texts;
