-- Sample data: three businesses and what their customers do and say.
--
--   shop     customers, orders, visits, reviews, messages     a grocer with a web shop; one table for each thing
--   telecom  events                                           a phone company; everything in one wide table
--   clinic   patients, appointments, messages, surveys        uuid keys, times without a time zone
--
-- Load it alone, with or without the extension, into any database that has no schemas of these names:
--
--   psql -d mydb -f doc/demo/sample.sql
--   psql -d mydb -v as_of=2026-03-01 -f doc/demo/sample.sql
--
-- All times lie before as_of (today, unless given), except appointments booked for the weeks after it.
-- Nothing here is random: every choice is a hash of the customer's number, so the rows are the same
-- on every machine. The people, the places and the sentences are made up. It needs a UTF-8 database and
-- takes a few seconds.
--
-- The truth that was planted is in <schema>.truth(customer, fact, detail):
--
--   leaving     visits fade, they complain, then ask how to close the account      detail: why
--   lapsing     came every 14 days for a year, silent for more than six weeks      detail: what they came for
--   angry       writes about the same trouble again and again                      detail: the trouble
--   price_only  looks at prices, asks for discounts, does not buy
--   loyal       comes often, writes kindly
--   one_time    bought once
--   gone        stopped months ago without a word
--   silent      the majority: buys now and then, says next to nothing
--
-- To remove it: DROP SCHEMA shop, telecom, clinic CASCADE;

\set ON_ERROR_STOP on
\set quiet_before :QUIET
\set QUIET on
\if :{?as_of}
\else
    SELECT date_trunc('day', now() AT TIME ZONE 'UTC')::date AS as_of \gset
\endif

BEGIN;
SET LOCAL timezone = 'UTC';
SET LOCAL client_encoding = 'UTF8';
SET LOCAL client_min_messages = warning;
SET LOCAL jit = off;
SELECT set_config('sample.as_of', :'as_of', true) AS as_of \gset


-- Tools ---------------------------------------------------------------------------------------------

-- A fair number in [0, 1) for a purpose (seed), a person or thing (id) and a repetition (n).
CREATE FUNCTION pg_temp.dice(seed int, id bigint, n bigint DEFAULT 0) RETURNS float8
LANGUAGE sql IMMUTABLE AS
$$ SELECT (hashint8extended(id, seed::bigint * 4294967296 + n) & 4503599627370495) / 4503599627370496.0::float8 $$;

-- One of a list.
CREATE FUNCTION pg_temp.pick(list text[], chance float8) RETURNS text
LANGUAGE sql IMMUTABLE AS
$$ SELECT list[1 + floor(chance * cardinality(list))::int] $$;

-- A time of day between 7 and 22 o'clock, that many days before as_of.
CREATE FUNCTION pg_temp.ago(days float8, chance float8) RETURNS timestamptz
LANGUAGE sql STABLE AS
$$ SELECT current_setting('sample.as_of')::timestamptz
        - make_interval(days => ceil(days)::int)
        + make_interval(secs => 25200 + floor(chance * 54000)) $$;


-- What people write ---------------------------------------------------------------------------------
-- A text is made of what happened, sometimes what came of it, sometimes a wish; a greeting and a closing
-- around it. Each line below is one such part. In braces: {item}, {n}, {day}, {money}, {name}.

CREATE TEMP TABLE topic (
    topic text PRIMARY KEY,
    feeling text,               -- how it is written: angry, sad, worried, plain, happy, cold
    what text[],
    so text[],
    wish text[]
) ON COMMIT DROP;

CREATE FUNCTION pg_temp.topic(topic text, feeling text, what text, so text DEFAULT '', wish text DEFAULT '')
RETURNS void LANGUAGE sql AS
$$ INSERT INTO pg_temp.topic
   SELECT $1, $2, string_to_array(btrim($3, E'\n'), E'\n'), string_to_array(btrim($4, E'\n'), E'\n'),
          string_to_array(btrim($5, E'\n'), E'\n') $$;

\o /dev/null
-- Shop: trouble

SELECT pg_temp.topic('late delivery', 'angry', $$
My parcel was promised for {day} and it is still not here.
I have been waiting {n} days for my {item} and nobody tells me anything.
The tracking has said "out for delivery" since {day}.
This is the third late delivery in a row.
{day} came and went, no van, no message, no {item}.
Your driver says he rang. I was at home the whole day and nobody rang.
Great, another week without my order. Well done.
The delivery was moved again, now to {day}.
I paid extra for next day delivery {n} days ago.
Still no {item}, still no answer from you.
Order is {n} days late and the hotline keeps me on hold.
Tracking has not moved for {n} days now.
You sent me a delivery window of two hours and came four hours late.
Once again the parcel went back to the depot without anybody trying to deliver it.
$$, $$
I took a day off work for this.
I had guests and nothing to put on the table.
I had to buy the same thing at the corner shop for twice the money.
It was meant to be a birthday present.
I am really fed up with waiting.
This is ruining my week.
The last box arrived with everything warm and soft.
I can't plan anything with you any more.
Nobody picks up the phone either, it is a disgrace.
I feel ignored.
$$, $$
Where is it?
Please tell me when it really comes.
Send it today or give me my money back.
I want somebody to call me.
Just be honest about the date next time.
I expect the shipping fee back.
Can a human being look into this please?
$$);

SELECT pg_temp.topic('damaged goods', 'angry', $$
The {item} arrived broken.
Half of the box was crushed and the {item} leaked over everything.
Second time that the {item} comes damaged.
Opened the parcel and found {n} things smashed.
The seal on the {item} was open when it arrived.
The box was soaked and the {item} is ruined.
Your packing is a joke, one sheet of paper around glass.
Everything in the bottom of the crate was squashed flat.
The {item} smells off and the date on it has passed.
What came out of that box can only go into the bin.
$$, $$
I had to throw it all away.
I cut my finger on the glass.
It made an awful mess in the hall.
I am so disappointed, I really wanted this one.
It was for my mother and she was quite upset.
I don't dare to order anything fragile from you now.
That's {money} thrown away.
$$, $$
Please send a new one, packed properly this time.
I would like a refund for the broken part.
Shall I send you photos?
Do something about your packing.
I want my money back.
$$);

SELECT pg_temp.topic('wrong item', 'angry', $$
I ordered {item} and got something else entirely.
You left the {item} out of my box and charged me for it anyway.
Wrong size, wrong brand, wrong everything.
There was somebody else's order in my crate.
Again you replaced the {item} with a thing nobody asked for.
The substitute you picked for my {item} is useless to us.
{n} things missing from the order that came on {day}.
I count {n} items on the invoice that were never in the box.
You keep swapping the {item} without asking me.
$$, $$
My son is allergic to what you sent.
I only noticed when the guests sat at the table.
Now I have to drive into town after all.
I told you about this last month already.
It is the same mistake every time and it is tiring.
So I paid for a meal I could not cook.
$$, $$
Please collect it and send the right one.
No more substitutes for me, ever.
I want the missing things credited.
Check the box before you close it, it is not that hard.
How do I get this put right?
$$);

SELECT pg_temp.topic('refund', 'angry', $$
I sent the {item} back {n} weeks ago and still have no refund.
You promised the {money} back by {day}, nothing has arrived.
The refund you confirmed on the phone never came.
I only got part of my money back, {money} is missing.
Three mails about my refund and three different answers.
Your system says refunded, my bank says no.
$$, $$
I need that money.
I have kept all the papers.
I am tired of chasing you for my own money.
This doesn't feel honest.
By now I have spent an hour on the phone for {money}.
$$, $$
Please pay it back this week.
When will it be on my account?
Tell me who decides this.
I'd like it in writing.
$$);

-- Shop: questions

SELECT pg_temp.topic('order status', 'plain', $$
Has my order gone out yet?
Which day will the {item} be delivered?
I have not had the confirmation mail for my order from {day}.
Can I still add {item} to the order from this morning?
Could you leave the box with the neighbours on {day}?
Can I change the address of the open order?
The order page shows "in progress", does that mean it is packed?
Could I get the delivery on {day} instead?
Where do I see the tracking number?
I'd like to know if everything in my order is in stock.
$$, $$
I am only in after five.
The code for the gate has changed.
We are away at the weekend.
No hurry.
I couldn't find it on the page.
$$, $$
A short answer is enough.
Please let me know.
Could you look it up?
Thank you in advance.
$$);

SELECT pg_temp.topic('product question', 'plain', $$
Is the {item} organic?
Where does the {item} come from?
Does the {item} contain nuts?
How long does the {item} keep once it is open?
Is there a bigger pack of the {item}?
When will you have {item} again?
Would the {item} work for a family of {n}?
Does the {item} come in glass as well?
Can you recommend something that goes with the {item}?
What's the difference between the two kinds of {item}?
Do you also stock the {item} without sugar?
$$, $$
My daughter has an allergy.
The page doesn't say.
I liked the last one.
I am planning a dinner for {n}.
We go through a lot of it.
$$, $$
Thanks for a quick word.
I would order it right away.
Let me know and I'll add it to the next box.
Could you ask the supplier?
$$);

SELECT pg_temp.topic('price question', 'plain', $$
How much is the {item} if I take {n} of them?
Is there a discount code for the {item}?
The {item} is cheaper elsewhere, do you match prices?
When is the next sale?
Do you have a student discount?
What does shipping cost for a small order?
Is the {item} going to be on offer again?
I saw the {item} for {money} last month, why has it gone up?
Do you have a voucher for new customers?
Which is the cheapest {item} you have?
From what amount is delivery free?
Does the newsletter voucher work on the {item}?
$$, $$
Otherwise it is too expensive for me.
I am comparing a few shops.
The supermarket has it for less.
I only buy it when it's reduced.
My budget is {money}.
$$, $$
Let me know when it drops.
What's your best price?
A code would help me decide.
Can you do {money}?
$$);

-- Shop: kind words, so-so and bad reviews

SELECT pg_temp.topic('love it', 'happy', $$
The {item} is wonderful, as always.
Best {item} I have had in years.
Fresh, well packed and on time, what more could I want.
My children fight over the {item}.
I am delighted with the {item}.
The {item} tastes like the one my grandmother had.
Perfect {item}, perfect service.
We have ordered the {item} {n} times now and it has never let us down.
Lovely quality and such a friendly driver.
This {item} makes my mornings.
Honestly did not expect the {item} to be this good.
So happy with this order.
The {item} arrived a day early and was perfect.
I was not sure about the {item} at first, now I would not be without it.
$$, $$
It was gone within two days.
I have told all my friends.
You can taste the difference.
The little note in the box made me smile.
Even my husband noticed.
It has saved me many trips into town.
Great value for {money} too.
Not bad at all for a Monday!
$$, $$
Please never stop making it.
Will order again for sure.
Keep it up!
Hope you get more of it soon.
Pass my thanks on to the packers.
$$);

SELECT pg_temp.topic('thanks', 'happy', $$
Thank you so much for sorting out my order so quickly.
{name} on the phone was a star.
Thanks, the replacement {item} came this morning.
What a friendly team you are.
I wanted to say how pleased I am with the new boxes.
Thanks for the free {item}, that was a lovely surprise!
You answered on a Sunday, I am impressed.
The driver carried everything up to the third floor, please thank him.
I appreciate that you called me back.
That was fast, thank you!
$$, $$
It made my day.
You don't get that everywhere.
That's why I stay with you.
It was solved in {n} minutes.
I felt really taken care of.
I will recommend you to my sister.
$$, $$
Please tell {name}.
Stay the way you are.
See you next week.
Looking forward to the next box.
$$);

SELECT pg_temp.topic('fair enough', 'plain', $$
The {item} is ok.
Does what it should.
{item} as described, nothing special.
Delivery was on time, the {item} is average.
Not sure yet about the {item}.
Decent {item}, but I have had better.
Good taste, small portion.
It is fine for the price.
The {item} was alright, the packaging a bit much.
Neither great nor bad.
$$, $$
My old brand was about the same.
A little dry for me.
The colour is different from the photo.
The box was quite large for it.
We used it up.
$$, $$
Might order it again.
A smaller pack would be useful.
Would be nice with less plastic.
$$);

SELECT pg_temp.topic('poor', 'sad', $$
The {item} was a let-down.
Not what I expected from you, the {item} tasted of nothing.
Quality has gone downhill.
I do not like the new {item} at all.
The {item} was stale.
{money} for this? No.
The {item} looked tired and was soft inside.
Disappointed with the {item} this time.
The {item} used to be so good, not any more.
Old stock, short date, sad looking.
$$, $$
We left most of it.
The dog liked it, we did not.
I expected better after {n} years.
Now I have {n} of them in the cupboard.
It's a pity.
I will not order it again.
$$, $$
Bring the old one back.
Please look at your supplier.
I want to be able to trust the photo.
$$);

SELECT pg_temp.topic('closing the account', 'cold', $$
How do I close my account?
Please cancel my subscription box.
I want to cancel, where is the button?
Please delete my account and my card details.
I am moving to another shop, please cancel all open orders.
I would like to end my membership at the end of the month.
Cancel the weekly crate, please.
I have decided to stop ordering from you.
This was my last order.
I can't find where to unsubscribe and cancel.
What is the notice period if I want to quit?
$$, $$
I've had enough of the late vans.
It has got worse every month.
The other shop delivers the same day.
It is not worth the trouble any more.
Too many mistakes lately.
I have lost patience.
Nothing has changed since I last complained.
$$, $$
Confirm this in writing please.
Don't send me offers.
Please pay out my credit of {money}.
Tell me what I still have to do.
$$);

-- Telecom

SELECT pg_temp.topic('outages', 'angry', $$
No internet again since {day}.
The network in our street is down for the {n}th time this month.
No signal at all, not even for emergency calls.
The line has been dead for {n} hours.
Everything went off at {n} o'clock and nobody at your end knows why.
Connection drops every ten minutes.
Your app says no known problems while my whole village is offline.
Another outage, another evening without phone and television.
Wonderful, offline again. Just what I pay {money} a month for.
I rebooted the router {n} times as you told me, still nothing.
The mast behind the station is out again.
The internet keeps cutting out in the middle of my calls.
$$, $$
I work from home and lost a whole day.
My mother can't reach me.
My daughter could not hand in her homework.
I lost a customer because of you.
It is not acceptable any more.
I was told "two hours", that was on {day}.
I am paying for a service that I do not get.
I'm at the end of my patience.
$$, $$
When will it work again?
Send a technician.
I want a credit for these days.
Fix the mast for good.
At least tell us the truth.
Somebody please call me on another number.
$$);

SELECT pg_temp.topic('slow internet', 'sad', $$
The line gives me a tenth of the speed I booked.
Every evening the internet crawls.
Films stop every {n} minutes.
Measured it {n} times, never above two megabits.
Mobile data is useless at the station.
Upload is so slow that video calls freeze.
It was fast in the first month and has been poor since.
$$, $$
It's frustrating.
The children complain, and so do I.
I have to use the office line.
For {money} I expect more.
$$, $$
Can you check the line?
Would another router help?
Please look at it.
Is there anything I can do?
$$);

SELECT pg_temp.topic('billing error', 'angry', $$
You charged me {money} too much.
The invoice is wrong for the {n}th month running.
I was billed twice in the same week.
There is a roaming fee of {money} on the bill and I never left the country.
I cancelled that option in spring and it is still on the invoice.
You took {money} from my account without any explanation.
The discount you promised is missing from the bill again.
You billed a router that I returned {n} weeks ago.
Reminder fee of {money} for an invoice that I paid on time!
My bill went up to {money} and nobody told me.
The bill makes no sense, what on earth is "service option {n}"?
$$, $$
My bank account is overdrawn because of it.
I have called {n} times and explained it each time.
Each of your people says something different.
I feel cheated.
This is outrageous.
I am not a cash machine.
You are quick to take and slow to give back.
$$, $$
Correct the invoice.
I want the {money} back this week.
Explain this charge to me.
I will stop the direct debit.
Put a person on it who can decide something.
$$);

SELECT pg_temp.topic('plan question', 'plain', $$
Which plan is right for {n} gigabytes a month?
Can I change my plan in the middle of the month?
Does the family plan work for {n} people?
How much data do I have left?
Can I keep my number with the new plan?
Is 5G included in my plan?
How do I add a second card to my plan?
What happens when I use up my data?
Can I pay the phone in instalments?
$$, $$
I travel a lot for work.
My son needs a phone now.
I looked in the app and could not see it.
It is for my parents.
$$, $$
Which one would you advise?
Please send me the details.
I'd like to decide this week.
Thanks in advance.
$$);

SELECT pg_temp.topic('price comparison', 'plain', $$
How much is the large plan without a phone?
Another company offers the same for {money}, can you match it?
Is there a cheaper plan for seniors?
What does unlimited data cost with you?
Do you have an offer for people who switch?
What is the price after the first {n} months?
Is there a set-up fee?
How much would I save with the yearly plan?
Do you give a discount for paying a year ahead?
$$, $$
I am comparing three companies.
I don't want to pay more than {money}.
Your site shows two prices.
I am in no hurry.
$$, $$
What's the best you can do?
Send me the price list.
I'll wait for the next offer.
Just the price please.
$$);

SELECT pg_temp.topic('roaming question', 'plain', $$
Does my plan work in Switzerland?
What does a call from Norway cost?
I fly on {day}, do I have to switch roaming on?
How do I set a limit for data abroad?
Is there a pass for {n} days?
Can I receive sms abroad for free?
$$, $$
It is only for a long weekend.
Last time it was expensive.
I need maps and mail, no films.
$$, $$
Please answer before {day}.
A short sms is enough.
Thank you!
$$);

SELECT pg_temp.topic('top-up question', 'plain', $$
My top-up of {money} does not show yet.
Where can I top up with cash?
Does the credit expire?
Can I top up my daughter's card from my account?
The code from the voucher is not accepted.
How do I see what is left on my card?
$$, $$
I typed it in twice.
The shop printed a receipt.
She only has {n} cents left.
$$, $$
Could you check?
Thanks for your help.
Please add it by hand.
$$);

SELECT pg_temp.topic('good network', 'happy', $$
Best reception I have ever had, even in the cellar.
The technician was friendly and done in {n} minutes.
Thanks to {name}, who explained the bill so well.
Switched {n} months ago and could not be happier.
Moving house with you was surprisingly easy.
The new app is really good.
I called, somebody answered, it was solved. Thank you!
Great value, and it simply works.
Love the free weekend data!
{name} in the shop set up the phone for my mother, so patient and kind.
Fast, fair and friendly.
$$, $$
I've recommended you to the neighbours.
That is rare these days.
My father can call us on video now.
Never had an outage in two years.
It saved my holiday.
$$, $$
Keep going like this.
Please pass it on.
Five stars from me.
Don't change anything!
$$);

SELECT pg_temp.topic('ending the contract', 'cold', $$
I want to cancel my contract.
How do I cancel, and by which date?
Please send me the code to take my number to another company.
When does my contract end?
I am switching to a different provider next month.
Cancel everything on this number, please.
I do not want the contract to be renewed.
What is the notice period?
Please confirm the end of my contract.
How much do I pay if I leave early?
$$, $$
The outages were the last straw.
Nobody solved my problem in {n} weeks.
The other offer is better.
I've been patient long enough.
Too expensive for what it is.
I am done.
$$, $$
I do not want to be called about it.
Written confirmation please.
Please delete my data as well.
Tell me where to send the router.
$$);

-- Clinic

SELECT pg_temp.topic('waiting times', 'angry', $$
I sat in the waiting room for {n} hours with an appointment.
My appointment was at nine, I was seen at noon.
{n} weeks for a first appointment, and then it is cancelled by sms.
You overbooked again and sent me home after an hour.
Waited {n} hours for a talk of two minutes.
People who came after me were called before me.
The doctor was late again and nobody said a word.
I was forgotten in the corridor.
Third time that my appointment was moved at the last minute.
Fantastic organisation: forty people, six chairs.
On {day} I waited until you closed.
$$, $$
I had a fever and there was not even a chair.
I missed my shift because of it.
My mother is eighty-two and was in pain.
My little boy was crying the whole time.
It makes me angry and it makes me ill.
No one apologised.
My time is worth something too.
$$, $$
Please plan better.
Tell people when you run late.
I want an appointment that is kept.
Why do you hand out times at all?
Call me before I leave home next time.
$$);

SELECT pg_temp.topic('nobody answers', 'angry', $$
I have called {n} times and nobody picks up.
The hotline hangs up after {n} minutes of music.
My message from {day} has not been answered.
Nobody has called me back about the results.
The online booking shows an error every time.
You never answer mails.
$$, $$
I do not know what to do about my tablets now.
It's about a sick child.
I had to take a taxi just to ask one question.
That's not how you treat patients.
I feel left alone.
$$, $$
Please call me back.
Put a second person on the phone.
Answer me, please.
$$);

SELECT pg_temp.topic('appointment', 'plain', $$
I would like an appointment in the next {n} weeks.
Do you have anything free on {day}?
Could I come for a check-up before the holidays?
My son needs a vaccination, when can we come?
I need an appointment for a blood test.
Can I see {name} for the follow-up?
I would like to book the yearly check.
Is there a slot early in the morning?
Could you put me on the list if somebody cancels?
$$, $$
It is not urgent.
Mornings suit me best.
I work shifts this month.
I'm free from three o'clock.
$$, $$
Please confirm by message.
Any day is fine.
Thank you very much.
What should I bring?
$$);

SELECT pg_temp.topic('another date', 'plain', $$
I can't come on {day}, could we move the appointment?
I have to cancel my appointment on {day}.
Could I come an hour later?
Something came up at work, can I have another date?
Sorry, I am stuck in traffic and will be {n} minutes late.
My daughter is ill, we have to move the appointment.
$$, $$
Sorry for the trouble.
I know it is short notice.
The week after would be fine.
$$, $$
Please send me a new date.
Is {day} possible?
Let me know what you have.
$$);

SELECT pg_temp.topic('worry', 'worried', $$
I am worried about the pain in my chest, it has been there for {n} days.
The rash has come back and I am scared it is something serious.
I read the report and don't understand half of the words.
My baby has had a fever since {day} and I am anxious.
Is it normal that it still hurts after {n} weeks?
The new tablets make me dizzy.
I felt the lump again this morning and I am frightened.
I can't sleep because I keep thinking about the operation.
My heart races at night and I don't know why.
All these forms for the operation are too much for me.
My mother has forgotten my name twice this week.
$$, $$
I don't know if I should wait.
I feel quite alone with it.
I am afraid of the answer, to be honest.
I looked it up, that made it worse.
My wife says I should ask you.
I have not told anybody else.
$$, $$
Should I come in?
Could somebody explain it to me in plain words?
Please call me when you can.
Is it dangerous?
Can I speak to the doctor before {day}?
$$);

SELECT pg_temp.topic('results', 'worried', $$
Are my blood results there yet?
The lab said {day}, has anything come in?
I would like to know what the scan showed.
My results were due {n} days ago.
Could you send the report to my other doctor?
One value in the report is marked red, what does that mean?
$$, $$
The waiting makes me nervous.
I'd rather know.
I keep checking my phone.
It's on my mind all day.
$$, $$
Please call me.
A short message would help a lot.
Even if it's not good news.
$$);

SELECT pg_temp.topic('prescription', 'plain', $$
Could I have a new prescription for my blood pressure tablets?
My inhaler is nearly empty, can you send a new prescription?
The pharmacy needs the prescription again.
I need the same cream as last time.
Can you send the prescription to the pharmacy at the station?
I have tablets for {n} more days.
$$, $$
I will pick it up on {day}.
The dose has not changed.
Same as always.
$$, $$
Thanks a lot.
Is that possible without an appointment?
Please tell me when it's ready.
$$);

SELECT pg_temp.topic('fees question', 'plain', $$
What does the check-up cost without insurance?
How much is the vaccination?
Do I have to pay for a missed appointment?
What would {n} sessions cost?
Is there a cheaper price for students?
Does my insurance pay for the laser treatment?
How much is a second opinion?
$$, $$
I am comparing a few practices.
Another practice asks {money}.
I'd like to know before I book.
$$, $$
Please send me a price list.
Just a rough figure.
I'll think about it.
$$);

SELECT pg_temp.topic('good care', 'happy', $$
Thank you, the nurse was lovely with my son.
{name} took time for all my questions.
I felt safe from the first minute.
The best practice I know, kind and thorough.
My mother was treated with so much respect.
The operation went well and I'm so grateful to all of you.
Friendly at the desk, gentle with the needle.
I was terrified and {name} calmed me down.
On time, clear and warm.
I can walk without pain again, thank you!
Thank you for calling me about the results in person.
{name} explained everything in words that I understood.
$$, $$
I was nervous and it was no trouble at all.
I have told my whole family about you.
You really listen.
It was over in {n} minutes.
I slept well for the first time in weeks.
I can't thank you enough.
$$, $$
Please tell the whole team.
Stay as you are.
I hope I won't need you soon, but if so, only you.
Give {name} my best wishes.
$$);

SELECT pg_temp.topic('fair visit', 'plain', $$
It was fine.
Everything as expected.
Waited a bit, otherwise ok.
The doctor was in a hurry but correct.
Clean rooms, parking is difficult.
Normal check-up, no complaints.
Friendly at the desk, a long form to fill in.
$$, $$
Next check in {n} months.
The chairs are hard.
I got my answer.
$$, $$
More parking would be good.
Online forms would save time.
$$);

SELECT pg_temp.topic('changing practice', 'cold', $$
Please send my file to another practice.
I am changing doctors, how do I get my records?
Please cancel all my appointments.
I will not be coming back.
I'd like to sign off as a patient.
Can I have a copy of my file? I have found another practice.
What do I have to sign so that you pass on my records?
$$, $$
The waiting was the last straw.
I don't feel that anybody listens here.
It is nothing personal, but I have lost my trust.
The other practice gave me an appointment within {n} days.
Too many things went wrong.
$$, $$
Please confirm it.
By {day} if possible.
No need to call me.
$$);

-- Short answers within a conversation

SELECT pg_temp.topic('solved', 'happy', $$
Thanks!
Perfect, thank you.
Great, that helps.
That was quick, thank you!
Super, thanks {name}
Ok, thank you very much
It works now, thanks a lot!
Lovely, many thanks
Wow, thanks.
All good now :)
Cheers, problem solved.
You are the best.
$$);

SELECT pg_temp.topic('not solved', 'angry', $$
That does not help me at all.
You sent me the same answer {n} days ago.
No. It is still not solved.
Is this a robot? Please read what I wrote.
Still nothing!
I have heard that before.
So I wait again?
That's not good enough.
I asked for a date, not for an apology.
Unbelievable.
And how long will "shortly" be this time?
Forget it.
$$);

SELECT pg_temp.topic('okay', 'plain', $$
ok
Ok, noted.
yes please
Yes, that works.
No, thank you.
Alright.
Then I will wait.
I will think about it.
{day} is fine.
Hm ok
$$);

-- What the company answers

SELECT pg_temp.topic('answer to trouble', 'staff', $$
I am sorry, that should not have happened.
I understand that this is annoying.
Thank you for telling us, I am sorry for the trouble.
I can see what went wrong and I apologise.
We are sorry for the wait.
$$, $$
I have passed it on to my colleagues.
I have opened a case for you.
We are looking into it with the people on site.
I have checked it and you are right.
A credit of {money} is on its way.
$$, $$
You will hear from us by {day}.
We ask for a little patience.
Please write to me directly if it happens again. {name}
It will be put right today.
$$);

SELECT pg_temp.topic('answer to a question', 'staff', $$
Thank you for your question.
Good question!
I have looked it up for you.
Happy to help.
$$, $$
Yes, that is possible.
It will be there on {day}.
That is {money} in all.
You find it under "My account".
No, I'm afraid that is not possible.
We can do that for you.
$$, $$
Is there anything else? {name}
Just write if you need more.
Have a nice day, {name}
$$);

SELECT pg_temp.topic('answer to thanks', 'staff', $$
Thank you, that made our day!
How kind of you.
I will pass it on to the team.
That is lovely to hear.
$$, $$
We are glad that you like it.
It is a pleasure.
$$, $$
See you soon, {name}
All the best, {name}
$$);

SELECT pg_temp.topic('answer to a goodbye', 'staff', $$
I am sorry to hear that.
We would have liked to keep you.
That is a pity.
$$, $$
The notice period is {n} weeks.
I have attached the form.
May I ask what made you decide this?
Could we offer you {money} off the next three months?
$$, $$
Please confirm it with the link in the mail. {name}
We will send you a written confirmation.
$$);
\o

-- How a text begins and ends, by feeling.
CREATE TEMP TABLE manner (feeling text PRIMARY KEY, greeting text[], closing text[], emoji text[]) ON COMMIT DROP;
INSERT INTO manner VALUES
    ('angry',
     '{Hello.,"To whom it may concern,",Seriously?,Listen.,"Good morning, or not.",
       Excuse me!,"Right,","Dear customer service,"}',
     '{"I am very annoyed.","This can''t go on.",Not happy.,Never again.,"Regards, a very unhappy customer.",
       "Thanks for nothing.","What a shame.","I expect an answer today."}',
     '{😡,🤬,😤,"!!!",👎,🙄}'),
    ('sad',
     '{Hello.,Hi.,"Sorry to say this.","Well.","Hm."}',
     '{"Really disappointing.","What a pity.","I expected more.","Sad.","Not good."}',
     '{😞,😕,🙁,":("}'),
    ('worried',
     '{"Dear doctor,","Hello, sorry to bother you.","Good evening.","Hello.","Dear team,"}',
     '{"I hope it is nothing.","Thank you for your time.","Yours, a worried patient.",
       "I would be so relieved.","Please help."}',
     '{😟,😰,🙏,...}'),
    ('plain',
     '{Hello.,Hi.,"Good morning.","Dear team,","Hi there,","Good evening.","Quick question."}',
     '{"Kind regards.",Thanks.,"Best wishes.",Thanks!,"Many thanks."}',
     '{🙂,👍,":)",🤔}'),
    ('happy',
     '{Hello!,"Hi all,","Dear team,","Just a quick note.","Good morning!","Hi there!","I rarely write reviews."}',
     '{"Thank you!","Many thanks.","Love it!","Highly recommended.","Warm regards.","Top!","Thanks again."}',
     '{😊,❤️,👍,🥰,":-)",🎉,⭐⭐⭐⭐⭐}'),
    ('cold',
     '{"To whom it may concern,",Hello.,"Good day.","Dear Sir or Madam,"}',
     '{Regards.,Goodbye.,"That is all.","Please don''t try to change my mind.","Thank you and goodbye."}',
     '{👋,😑,.}'),
    ('staff',
     '{Hello!,"Good morning,","Dear customer,","Hi,"}',
     '{"Kind regards, your team.","Best wishes, your team.","Have a nice day."}',
     '{🙂,🌷}');

-- Everybody has a way of writing. Most write properly.
CREATE FUNCTION pg_temp.style(id bigint) RETURNS text
LANGUAGE sql IMMUTABLE AS
$$ SELECT pg_temp.pick('{proper,proper,proper,proper,proper,lower,lower,terse,typos,emoji}', pg_temp.dice(90, id)) $$;

-- What the braces stand for.
CREATE FUNCTION pg_temp.fill(line text, item text, seed bigint) RETURNS text
LANGUAGE sql IMMUTABLE AS
$$ SELECT replace(replace(replace(replace(replace(line,
        '{item}', coalesce(item, 'order')),
        '{n}', (2 + floor(pg_temp.dice(80, seed) * 8))::text),
        '{day}', pg_temp.pick('{Monday,Tuesday,Wednesday,Thursday,Friday,Saturday}', pg_temp.dice(81, seed))),
        '{money}', 3 + floor(pg_temp.dice(82, seed) * 90)
                   || pg_temp.pick('{.50,.90,.95,.99,.00}', pg_temp.dice(83, seed))),
        '{name}', pg_temp.pick('{Anna,Marek,Julie,Tom,Leyla,Ines,Paul,Nora,Sam,Vera,Omar,Lotte}',
                               pg_temp.dice(84, seed))) $$;

-- A slip of the finger: two neighbouring letters swapped, apostrophes gone.
CREATE FUNCTION pg_temp.slip(line text, chance float8) RETURNS text
LANGUAGE sql IMMUTABLE AS
$$ SELECT replace(CASE WHEN substr(line, p, 2) ~ '^[a-z]{2}$'
                       THEN overlay(line PLACING substr(line, p + 1, 1) || substr(line, p, 1) FROM p FOR 2)
                       ELSE line END, '''', '')
   FROM (SELECT 2 + floor(chance * greatest(length(line) - 4, 1))::int AS p) AS place $$;

-- One text about a topic. The same seed gives the same text.
CREATE FUNCTION pg_temp.say(about text, style text, item text, seed bigint) RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE
    t topic;
    m manner;
    said text;
    also text;
BEGIN
    SELECT * INTO STRICT t FROM topic WHERE topic.topic = about;
    SELECT * INTO STRICT m FROM manner WHERE manner.feeling = t.feeling;

    said := pg_temp.pick(t.what, pg_temp.dice(70, seed));
    also := pg_temp.pick(t.what, pg_temp.dice(106, seed));      -- some have two things to say
    IF style <> 'terse' AND t.so <> '{}' THEN
        said := concat_ws(' ',
            CASE WHEN pg_temp.dice(71, seed) < .35 THEN pg_temp.pick(m.greeting, pg_temp.dice(72, seed)) END,
            said,
            CASE WHEN pg_temp.dice(105, seed) < .25 AND also <> said THEN also END,
            CASE WHEN pg_temp.dice(73, seed) < .70 THEN pg_temp.pick(t.so, pg_temp.dice(74, seed)) END,
            CASE WHEN pg_temp.dice(75, seed) < .45 THEN pg_temp.pick(t.wish, pg_temp.dice(76, seed)) END,
            CASE WHEN pg_temp.dice(77, seed) < .30 THEN pg_temp.pick(m.closing, pg_temp.dice(78, seed)) END);
    END IF;
    said := pg_temp.fill(said, item, seed);

    IF t.feeling = 'angry' AND pg_temp.dice(79, seed) < .06 THEN
        said := upper(said);
    END IF;
    RETURN CASE style
        WHEN 'lower' THEN rtrim(lower(said), '.')
        WHEN 'typos' THEN pg_temp.slip(pg_temp.slip(lower(said), pg_temp.dice(85, seed)), pg_temp.dice(86, seed))
        WHEN 'emoji' THEN said || ' ' || pg_temp.pick(m.emoji, pg_temp.dice(87, seed))
        ELSE said
    END;
END $$;


-- The people ----------------------------------------------------------------------------------------
-- One line for each kind of customer. Days are counted back from as_of.

CREATE TEMP TABLE persona (
    business text,
    fact text,
    detail text,
    share float8,               -- of the business's customers
    gap float8,                 -- usual days between two purchases; NULL: never buys
    spread float8,              -- how far one person's gap may lie from it, as a share
    jitter float8,              -- days that a single purchase comes early or late
    slowing float8,             -- days by which each gap is longer than the one before
    known int4range,            -- first purchase, so many days ago
    quiet int4range,            -- no purchase for so many days
    looks float8,               -- visits a week without buying
    talks float8,               -- conversations on average
    talks_within int,           -- ... all of them in so many days
    topics text[],              -- ... about one of these
    reviews float8,             -- share of the purchases that are reviewed
    verdicts text[]             -- ... like this
) ON COMMIT DROP;

INSERT INTO persona VALUES
    -- business, fact, detail, share, gap, spread, jitter, slowing, known, quiet, looks, talks, talks_within,
    -- topics, reviews, verdicts
    ('shop', 'silent', NULL, .34, 42, .5, 14, 0, '[120,700]', '[0,12]', .35, .12, 400,
     '{order status,product question}', .02, '{fair enough,love it,poor}'),
    ('shop', 'loyal', NULL, .15, 20, .4, 6, 0, '[200,700]', '[0,6]', .9, 3.2, 400,
     '{thanks,thanks,thanks,product question,order status,late delivery}', .40,
     '{love it,love it,love it,love it,love it,fair enough}'),
    ('shop', 'one_time', NULL, .14, 9999, 0, 0, 0, '[20,600]', '[0,1]', .04, .4, 600,
     '{order status,product question,price question}', .25, '{fair enough,love it,poor}'),
    ('shop', 'gone', 'stopped months ago', .10, 40, .4, 12, 0, '[380,700]', '[130,320]', .05, .15, 600,
     '{order status,product question}', .03, '{fair enough,poor}'),
    ('shop', 'price_only', NULL, .08, NULL, 0, 0, 0, '[60,500]', '[0,1]', 1.8, 2.2, 300,
     '{price question,price question,price question,product question}', 0, '{fair enough}'),
    ('shop', 'lapsing', 'a purchase every two weeks', .07, 14, .04, 1.5, 0, '[415,640]', '[44,80]', .15, .5, 400,
     '{order status,product question,thanks}', .05, '{love it,fair enough}'),
    ('shop', 'angry', 'late delivery', .04, 26, .3, 8, 0, '[200,600]', '[3,20]', .5, 4.5, 75,
     '{late delivery,late delivery,late delivery,late delivery,order status,refund}', .30,
     '{poor,poor,fair enough,love it}'),
    ('shop', 'angry', 'damaged goods', .02, 26, .3, 8, 0, '[200,600]', '[3,20]', .5, 4.5, 75,
     '{damaged goods,damaged goods,damaged goods,damaged goods,refund}', .30, '{poor,poor,fair enough}'),
    ('shop', 'angry', 'wrong item', .02, 26, .3, 8, 0, '[200,600]', '[3,20]', .5, 4.5, 75,
     '{wrong item,wrong item,wrong item,wrong item,refund}', .30, '{poor,fair enough}'),
    ('shop', 'leaving', 'late delivery', .04, 16, .3, 5, 1.2, '[220,600]', '[30,60]', .9, 2.2, 100,
     '{late delivery,late delivery,refund,poor}', .15, '{fair enough,poor}'),

    ('telecom', 'silent', NULL, .40, 30, .05, 1, 0, '[150,700]', '[0,15]', .45, .4, 500,
     '{plan question,top-up question,roaming question}', 0, '{}'),
    ('telecom', 'loyal', NULL, .16, 30, .05, 1, 0, '[300,700]', '[0,15]', 1.1, 5, 500,
     '{good network,good network,good network,good network,plan question,roaming question,slow internet}', 0,
     '{}'),
    ('telecom', 'one_time', NULL, .07, 9999, 0, 0, 0, '[20,600]', '[0,1]', .05, .6, 600,
     '{top-up question}', 0, '{}'),
    ('telecom', 'gone', 'stopped months ago', .07, 30, .05, 1, 0, '[380,700]', '[130,320]', .05, .6, 600,
     '{plan question,slow internet}', 0, '{}'),
    ('telecom', 'price_only', NULL, .07, NULL, 0, 0, 0, '[40,400]', '[0,1]', 1.3, 3, 250,
     '{price comparison,price comparison,price comparison,plan question}', 0, '{}'),
    ('telecom', 'lapsing', 'a top-up every two weeks', .06, 14, .04, 1.5, 0, '[415,640]', '[44,80]', .2, .5, 500,
     '{top-up question,roaming question}', 0, '{}'),
    ('telecom', 'angry', 'outages', .06, 30, .05, 1, 0, '[250,700]', '[0,15]', .6, 7, 60,
     '{outages,outages,outages,outages,outages,slow internet}', 0, '{}'),
    ('telecom', 'angry', 'billing error', .05, 30, .05, 1, 0, '[250,700]', '[0,15]', .6, 7, 80,
     '{billing error,billing error,billing error,billing error,plan question}', 0, '{}'),
    ('telecom', 'leaving', 'outages', .03, 30, .05, 1, 0, '[250,700]', '[10,30]', 1, 4, 100,
     '{outages,outages,slow internet}', 0, '{}'),
    ('telecom', 'leaving', 'billing error', .03, 30, .05, 1, 0, '[250,700]', '[10,30]', 1, 4, 100,
     '{billing error,billing error,plan question}', 0, '{}'),

    ('clinic', 'silent', NULL, .42, 80, .5, 25, 0, '[200,700]', '[0,60]', 0, 1.2, 500,
     '{appointment,another date,prescription}', .05, '{fair visit,good care}'),
    ('clinic', 'loyal', NULL, .19, 40, .4, 10, 0, '[300,700]', '[0,25]', 0, 5, 500,
     '{good care,good care,good care,appointment,prescription,results,worry}', .45,
     '{good care,good care,good care,good care,fair visit}'),
    ('clinic', 'one_time', NULL, .11, 9999, 0, 0, 0, '[30,600]', '[0,1]', 0, .8, 500,
     '{appointment,fees question}', .15, '{fair visit,good care}'),
    ('clinic', 'gone', 'stopped months ago', .06, 45, .4, 12, 0, '[400,700]', '[160,320]', 0, .8, 650,
     '{appointment,another date}', .05, '{fair visit,waiting times}'),
    ('clinic', 'price_only', NULL, .04, NULL, 0, 0, 0, '[40,400]', '[0,1]', 0, 3, 250,
     '{fees question}', 0, '{}'),
    ('clinic', 'lapsing', 'a session every two weeks', .06, 14, .04, 1.5, 0, '[415,640]', '[44,80]', 0, 1.5, 500,
     '{appointment,another date,worry}', .05, '{good care,fair visit}'),
    ('clinic', 'angry', 'waiting times', .06, 35, .3, 8, 0, '[250,600]', '[3,25]', 0, 5, 75,
     '{waiting times,waiting times,waiting times,waiting times,nobody answers,appointment}', .45,
     '{waiting times,waiting times,fair visit}'),
    ('clinic', 'angry', 'nobody answers', .02, 35, .3, 8, 0, '[250,600]', '[3,25]', 0, 5, 75,
     '{nobody answers,nobody answers,nobody answers,results}', .45, '{waiting times,fair visit}'),
    ('clinic', 'leaving', 'waiting times', .04, 30, .3, 8, 2, '[250,600]', '[40,80]', 0, 3.5, 110,
     '{waiting times,waiting times,nobody answers,worry}', .30, '{waiting times,fair visit}');

-- Everybody's number, kind and habits.
CREATE TEMP TABLE person ON COMMIT DROP AS
WITH share AS (
    SELECT p.*, sum(share) OVER (PARTITION BY business ORDER BY fact, detail) AS upto FROM persona AS p
), number AS (
    SELECT business, first + i AS no
    FROM (VALUES ('shop', 1000, 1800), ('telecom', 20000, 1000), ('clinic', 50000, 700)) AS b(business, first, many),
         generate_series(1, many) AS i
)
SELECT n.business, n.no, s.fact, s.detail, s.jitter, s.slowing, s.talks, s.talks_within, s.topics, s.reviews,
       s.verdicts, pg_temp.style(n.no) AS style,
       s.gap * (1 + s.spread * (2 * pg_temp.dice(2, n.no) - 1)) AS gap,
       s.looks * (.4 + 1.2 * pg_temp.dice(3, n.no)) AS looks,
       lower(s.known) + floor(pg_temp.dice(4, n.no) * (upper(s.known) - lower(s.known)))::int AS known,
       lower(s.quiet) + floor(pg_temp.dice(5, n.no) * (upper(s.quiet) - lower(s.quiet)))::int AS quiet
FROM number AS n
CROSS JOIN LATERAL (
    SELECT * FROM share
    WHERE share.business = n.business AND share.upto > pg_temp.dice(1, n.no) * .999
    ORDER BY share.upto LIMIT 1
) AS s;

CREATE TEMP TABLE item (nth int, name text, page text, price numeric) ON COMMIT DROP;
INSERT INTO item
SELECT row_number() OVER (), name, '/shop/' || replace(name, ' ', '-'), price
FROM (VALUES
    ('eggs', 3.90), ('coffee beans', 12.50), ('oat milk', 2.40), ('sourdough bread', 5.20), ('olive oil', 14.90),
    ('potatoes', 4.80),
    ('green tea', 7.80), ('honey', 8.50), ('tomato sauce', 3.60), ('cheddar', 6.90), ('apple juice', 3.20),
    ('granola', 6.40), ('dark chocolate', 3.80), ('orange juice', 4.10), ('pasta', 2.10), ('salmon', 13.40),
    ('vegetable box', 22.00), ('butter', 3.30), ('peanut butter', 5.70), ('rice', 4.60), ('lentils', 3.40),
    ('blue cheese', 9.20), ('ginger biscuits', 4.30), ('strawberries', 5.90)
) AS i(name, price);

-- Purchases, by the same rule in all three businesses.
CREATE TEMP TABLE purchase ON COMMIT DROP AS
SELECT p.business, p.no, p.no * 1000 + n AS seed, pg_temp.ago(age, pg_temp.dice(11, p.no, n)) AS at
FROM person AS p,
     generate_series(0, 120) AS n,
     LATERAL (SELECT p.known - n * p.gap - p.slowing * n * (n - 1) / 2
                     + p.jitter * (2 * pg_temp.dice(10, p.no, n) - 1)) AS a(age)
WHERE age > greatest(p.quiet, .01);

-- Visits without a purchase: so many a week, fading over the last 100 days of those who leave.
CREATE TEMP TABLE look ON COMMIT DROP AS
SELECT p.business, p.no, p.fact, p.no * 10000 + week * 10 + n AS seed,
       pg_temp.ago(week * 7 + 7 * pg_temp.dice(15, p.no, week * 10 + n), pg_temp.dice(16, p.no, week * 10 + n)) AS at
FROM person AS p,
     generate_series(0, least(p.known, 420) / 7) AS week,
     generate_series(0, 3) AS n
WHERE pg_temp.dice(14, p.no, week * 10 + n) * 4
          < p.looks * CASE WHEN p.fact = 'leaving' THEN least(week * 7, 100) / 100.0::float8 ELSE 1 END
  AND (p.fact <> 'gone' OR week * 7 > p.quiet);

-- Conversations: who writes, when, about what. Those who leave ask how to in the last four weeks.
CREATE TEMP TABLE talk ON COMMIT DROP AS
SELECT p.business, p.no, p.fact, p.style, p.no * 100 + n AS seed,
       pg_temp.pick(p.topics, pg_temp.dice(20, p.no, n)) AS topic,
       pg_temp.ago(1 + least(p.talks_within, p.known) * pg_temp.dice(21, p.no, n), pg_temp.dice(22, p.no, n)) AS at,
       (SELECT name FROM item WHERE nth = 1 + floor(pg_temp.dice(23, p.no, n) * 24)) AS item
FROM person AS p, generate_series(0, 19) AS n
WHERE pg_temp.dice(24, p.no, n) * 20 < p.talks
UNION ALL
SELECT p.business, p.no, p.fact, p.style, p.no * 100 + 90 + n,
       CASE p.business WHEN 'shop' THEN 'closing the account' WHEN 'telecom' THEN 'ending the contract'
                       ELSE 'changing practice' END,
       pg_temp.ago(1 + 27 * pg_temp.dice(25, p.no, n), pg_temp.dice(26, p.no, n)), NULL
FROM person AS p, generate_series(0, 2) AS n
WHERE p.fact = 'leaving' AND pg_temp.dice(27, p.no, n) < .55;

-- Each conversation's messages: the customer writes, most get an answer, some write once more.
CREATE TEMP TABLE message ON COMMIT DROP AS
WITH opened AS (
    SELECT t.*, c.feeling, pg_temp.dice(30, seed) < CASE c.feeling WHEN 'angry' THEN .65 ELSE .92 END AS answered,
           make_interval(mins => 4 + floor(pg_temp.dice(31, seed)
                                           * CASE c.feeling WHEN 'angry' THEN 2900 ELSE 300 END)::int) AS after
    FROM talk AS t JOIN topic AS c USING (topic)
)
SELECT business, no, at, 'in' AS direction, pg_temp.say(topic, style, item, seed) AS body, seed * 3 AS seed FROM opened
UNION ALL
SELECT business, no, at + after, 'out',
       pg_temp.say(CASE feeling WHEN 'angry' THEN 'answer to trouble' WHEN 'sad' THEN 'answer to trouble'
                                WHEN 'happy' THEN 'answer to thanks' WHEN 'cold' THEN 'answer to a goodbye'
                                ELSE 'answer to a question' END, 'proper', item, seed), seed * 3 + 1
FROM opened WHERE answered
UNION ALL
SELECT business, no, at + after + make_interval(mins => 1 + floor(pg_temp.dice(32, seed) * 90)::int), 'in',
       pg_temp.say(CASE WHEN feeling = 'angry' AND pg_temp.dice(33, seed) < .75 THEN 'not solved'
                        WHEN feeling <> 'cold' AND pg_temp.dice(33, seed) < .6 THEN 'solved'
                        ELSE 'okay' END, style, item, seed), seed * 3 + 2
FROM opened WHERE answered AND pg_temp.dice(34, seed) < .4;

-- No message lies after as_of.
DELETE FROM message WHERE at >= current_setting('sample.as_of')::timestamptz;


-- The shop ------------------------------------------------------------------------------------------

CREATE SCHEMA shop;
CREATE TABLE shop.customers (
    customer_id bigint PRIMARY KEY,
    first_name text NOT NULL,
    town text NOT NULL,
    joined_on date NOT NULL
);
CREATE TABLE shop.orders (
    order_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES shop.customers,
    ordered_at timestamptz NOT NULL,
    item text NOT NULL,
    quantity int NOT NULL,
    total numeric(10,2) NOT NULL            -- negative: goods that came back
);
CREATE TABLE shop.visits (
    visit_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id bigint REFERENCES shop.customers,       -- NULL: not logged in
    visited_at timestamptz NOT NULL,
    action text NOT NULL,                   -- view, search, price, cart, checkout, help
    page text NOT NULL
);
CREATE TABLE shop.reviews (
    review_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES shop.customers,
    created_at timestamptz NOT NULL,
    item text NOT NULL,
    rating smallint NOT NULL CHECK (rating BETWEEN 1 AND 5),
    body text
);
CREATE TABLE shop.messages (
    message_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES shop.customers,
    sent_at timestamptz NOT NULL,
    channel text NOT NULL,                  -- chat, mail
    direction text NOT NULL,                -- in: from the customer, out: from us
    body text NOT NULL
);
CREATE TABLE shop.truth (customer bigint PRIMARY KEY REFERENCES shop.customers, fact text NOT NULL, detail text);

INSERT INTO shop.customers
SELECT no,
       pg_temp.pick('{Ada,Ben,Carla,Dora,Emil,Fatma,Georg,Hanna,Ivan,Jonas,Karin,Luis,Mara,Nils,Olga,Piet,Rosa,
                      Stefan,Tanja,Ute,Viktor,Yara}', pg_temp.dice(40, no)),
       pg_temp.pick('{Millbrook,Eastham,Fairview,Stonebridge,Lakeside,Northfield,Ashford}', pg_temp.dice(41, no)),
       pg_temp.ago(known, 0)::date
FROM person WHERE business = 'shop' ORDER BY no;

INSERT INTO shop.truth
SELECT no, fact, detail FROM person WHERE business = 'shop' ORDER BY no;

-- Three orders in four are for a favourite item; what is bought every two weeks is nearly always the same.
CREATE TEMP TABLE basket ON COMMIT DROP AS
SELECT o.no, o.seed, o.at, p.fact, p.style, p.reviews, p.verdicts, i.name AS item, i.page, i.price,
       1 + floor(pg_temp.dice(43, o.seed) * 4)::int AS quantity
FROM purchase AS o
JOIN person AS p USING (business, no)
JOIN item AS i ON i.nth = 1 + CASE WHEN pg_temp.dice(44, o.seed) < CASE p.fact WHEN 'lapsing' THEN .97 ELSE .75 END
                                   THEN floor(pg_temp.dice(45, p.no) * 24)
                                   ELSE floor(pg_temp.dice(46, o.seed) * 24) END
WHERE business = 'shop';

INSERT INTO shop.orders (customer_id, ordered_at, item, quantity, total)
SELECT no, at, item, quantity, total
FROM (SELECT no, at, item, quantity, round(price * quantity, 2) AS total, seed FROM basket
      UNION ALL             -- one order in eighty comes back, half a week later
      SELECT no, at + interval '3 days 12 hours', item, -quantity, -round(price * quantity, 2), seed FROM basket
      WHERE pg_temp.dice(47, seed) < .0125
        AND at < current_setting('sample.as_of')::timestamptz - interval '4 days') AS o
ORDER BY at, seed, total;

INSERT INTO shop.visits (customer_id, visited_at, action, page)
SELECT no, at, action, page
FROM (-- before an order
      SELECT no, at - make_interval(mins => before), action,
             CASE action WHEN 'view' THEN page ELSE '/' || action END, seed
      FROM basket, (VALUES ('view', 14), ('cart', 6), ('checkout', 1)) AS step(action, before)
      WHERE action <> 'view' OR pg_temp.dice(50, seed) < .7
      UNION ALL             -- just looking; one in twenty is not logged in
      SELECT CASE WHEN pg_temp.dice(51, seed) >= .05 THEN no END, at,
             pg_temp.pick(CASE fact WHEN 'price_only' THEN '{price,price,price,compare,search,view}'
                                    WHEN 'leaving' THEN '{view,search,help,price}'
                                    ELSE '{view,view,view,search,cart,price}' END::text[], pg_temp.dice(52, seed)),
             (SELECT page FROM item WHERE nth = 1 + floor(pg_temp.dice(53, seed) * 24)), seed
      FROM look WHERE business = 'shop'
      UNION ALL             -- where is the way out?
      SELECT no, at - interval '20 minutes', 'help', '/help/close-account', seed FROM talk
      WHERE business = 'shop' AND topic = 'closing the account'
     ) AS v(no, at, action, page, seed)
ORDER BY at, seed, action;

INSERT INTO shop.reviews (customer_id, created_at, item, rating, body)
SELECT no, at + make_interval(days => 2, mins => floor(pg_temp.dice(55, seed) * 600)::int), item,
       CASE verdict WHEN 'love it' THEN 4 + (pg_temp.dice(56, seed) < .8)::int
                    WHEN 'fair enough' THEN 3 + (pg_temp.dice(56, seed) < .3)::int
                    ELSE 1 + (pg_temp.dice(56, seed) < .4)::int END,
       CASE WHEN pg_temp.dice(57, seed) < .9 THEN pg_temp.say(verdict, style, item, seed) END
FROM (SELECT *, pg_temp.pick(verdicts, pg_temp.dice(58, seed)) AS verdict FROM basket) AS b
WHERE pg_temp.dice(59, seed) < reviews AND at < current_setting('sample.as_of')::timestamptz - interval '3 days'
ORDER BY at, seed;

INSERT INTO shop.messages (customer_id, sent_at, channel, direction, body)
SELECT no, at, pg_temp.pick('{chat,chat,mail}', pg_temp.dice(60, seed / 300)), direction, body
FROM message WHERE business = 'shop' ORDER BY at, seed;

CREATE INDEX ON shop.orders (customer_id, ordered_at);
CREATE INDEX ON shop.visits (customer_id, visited_at);
CREATE INDEX ON shop.reviews (customer_id, created_at);
CREATE INDEX ON shop.messages (customer_id, sent_at);


-- The phone company ---------------------------------------------------------------------------------
-- Outages hit 41, 19 and 6 days ago; complaints about them follow within two days.

CREATE SCHEMA telecom;
CREATE TABLE telecom.events (
    event_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    subscriber_id text NOT NULL,
    occurred_at timestamptz NOT NULL,
    event text NOT NULL,        -- invoice, topup, app_login, plan_compare, support_call, sms, complaint, ...
    channel text,
    body text,                  -- what the subscriber said or wrote
    amount numeric(10,2)
);
CREATE TABLE telecom.truth (customer text PRIMARY KEY, fact text NOT NULL, detail text);

CREATE FUNCTION pg_temp.subscriber(no bigint) RETURNS text
LANGUAGE sql IMMUTABLE AS $$ SELECT 'S-' || lpad((no * 7919 % 1000000)::text, 6, '0') $$;

INSERT INTO telecom.truth
SELECT pg_temp.subscriber(no), fact, detail FROM person WHERE business = 'telecom' ORDER BY no;

INSERT INTO telecom.events (subscriber_id, occurred_at, event, channel, body, amount)
SELECT pg_temp.subscriber(no), at, event, channel, body, amount
FROM (-- those who pay by the month get invoices, the others top up; the usual amount stays the same
      SELECT o.no, o.at, CASE WHEN monthly THEN 'invoice' ELSE 'topup' END,
             CASE WHEN monthly THEN 'mail' ELSE 'app' END, NULL,
             CASE WHEN monthly THEN 14.99 + 10 * floor(pg_temp.dice(61, o.no) * 4)
                  ELSE 10 + 5 * floor(pg_temp.dice(62, o.no) * 4) END::numeric
             + CASE WHEN monthly AND pg_temp.dice(63, o.seed) < .15 THEN 4.50 ELSE 0 END,
             o.seed
      FROM purchase AS o JOIN person AS p USING (business, no),
           LATERAL (SELECT p.fact NOT IN ('lapsing', 'one_time') AND pg_temp.dice(48, o.no) < .6) AS m(monthly)
      WHERE business = 'telecom'
      UNION ALL             -- looking at the app or at plans
      SELECT no, at, CASE WHEN pg_temp.dice(64, seed)
                               < CASE fact WHEN 'price_only' THEN .8 WHEN 'leaving' THEN .3 ELSE .06 END
                          THEN 'plan_compare' ELSE 'app_login' END,
             pg_temp.pick('{app,app,web}', pg_temp.dice(65, seed)), NULL, NULL, seed
      FROM look WHERE business = 'telecom'
      UNION ALL             -- what subscribers say; the company's answers are not kept in this table
      SELECT no, CASE WHEN topic = 'outages' THEN outage ELSE at END,
             CASE WHEN topic = 'ending the contract' THEN 'cancel_request'
                  WHEN feeling = 'angry' AND pg_temp.dice(66, seed) < .5 THEN 'complaint'
                  WHEN pg_temp.dice(67, seed) < .5 THEN 'sms' ELSE 'support_call' END,
             CASE WHEN pg_temp.dice(67, seed) < .5 THEN 'sms' ELSE 'phone' END,
             pg_temp.say(topic, style, NULL, seed), NULL, seed
      FROM talk JOIN topic USING (topic),
           LATERAL (SELECT pg_temp.pick('{41,19,19,6,6,6}', pg_temp.dice(68, seed))::int) AS o(day),
           LATERAL (SELECT pg_temp.ago(day - 2 * pg_temp.dice(69, seed), pg_temp.dice(22, seed))) AS t(outage)
      WHERE business = 'telecom'
      UNION ALL             -- and what they write when they got an answer
      SELECT no, at, 'sms', 'sms', body, NULL, seed FROM message
      WHERE business = 'telecom' AND direction = 'in' AND seed % 3 = 2
     ) AS e(no, at, event, channel, body, amount, seed)
ORDER BY at, no, seed, event;

CREATE INDEX ON telecom.events (subscriber_id, occurred_at);


-- The clinic ----------------------------------------------------------------------------------------

CREATE SCHEMA clinic;
CREATE TABLE clinic.patients (
    patient_id uuid PRIMARY KEY,
    born int NOT NULL,
    registered_on date NOT NULL
);
CREATE TABLE clinic.appointments (
    appointment_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    patient_id uuid NOT NULL REFERENCES clinic.patients,
    starts_at timestamp NOT NULL,           -- UTC; the next weeks' appointments are booked already
    department text NOT NULL,
    status text NOT NULL,                   -- attended, missed, cancelled, booked
    fee numeric(8,2)
);
CREATE TABLE clinic.messages (
    message_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    patient_id uuid NOT NULL REFERENCES clinic.patients,
    sent_at timestamp NOT NULL,
    direction text NOT NULL,                -- in: from the patient, out: from us
    body text NOT NULL
);
CREATE TABLE clinic.surveys (
    survey_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    patient_id uuid NOT NULL REFERENCES clinic.patients,
    answered_at timestamp NOT NULL,
    rating smallint NOT NULL CHECK (rating BETWEEN 0 AND 10),
    comment text
);
CREATE TABLE clinic.truth (customer uuid PRIMARY KEY REFERENCES clinic.patients, fact text NOT NULL, detail text);

CREATE FUNCTION pg_temp.patient(no bigint) RETURNS uuid
LANGUAGE sql IMMUTABLE AS
$$ SELECT (lpad(to_hex(hashint8extended(no, 101)), 16, '0')
           || lpad(to_hex(hashint8extended(no, 102)), 16, '0'))::uuid $$;

INSERT INTO clinic.patients
SELECT pg_temp.patient(no), 1935 + floor(pg_temp.dice(91, no) * 85)::int, pg_temp.ago(known, 0)::date
FROM person WHERE business = 'clinic' ORDER BY no;

INSERT INTO clinic.truth
SELECT pg_temp.patient(no), fact, detail FROM person WHERE business = 'clinic' ORDER BY no;

INSERT INTO clinic.appointments (patient_id, starts_at, department, status, fee)
SELECT pg_temp.patient(no), at, department, status, CASE WHEN status = 'attended' THEN fee END
FROM (SELECT no, at, seed,
             CASE WHEN pg_temp.dice(92, seed) < .06 THEN 'missed'
                  WHEN pg_temp.dice(92, seed) < .12 THEN 'cancelled' ELSE 'attended' END
      FROM purchase WHERE business = 'clinic'
      UNION ALL             -- booked for the next five weeks
      SELECT no, pg_temp.ago(-35 * pg_temp.dice(93, no), pg_temp.dice(94, no)), no * 1000 + 999, 'booked'
      FROM person WHERE business = 'clinic' AND fact IN ('loyal', 'silent', 'angry') AND pg_temp.dice(95, no) < .4
     ) AS a(no, at, seed, status),
     LATERAL (SELECT pg_temp.pick('{general practice,dentist,physiotherapy,skin,heart}', pg_temp.dice(96, no)),
                     35 + 5 * floor(pg_temp.dice(97, seed) * 15)) AS d(department, fee)
ORDER BY at, seed;

INSERT INTO clinic.messages (patient_id, sent_at, direction, body)
SELECT pg_temp.patient(no), at, direction, body FROM message WHERE business = 'clinic' ORDER BY at, seed;

INSERT INTO clinic.surveys (patient_id, answered_at, rating, comment)
SELECT pg_temp.patient(no), at + make_interval(hours => 4 + floor(pg_temp.dice(98, seed) * 60)::int),
       CASE verdict WHEN 'good care' THEN 8 + floor(pg_temp.dice(99, seed) * 3)
                    WHEN 'fair visit' THEN 5 + floor(pg_temp.dice(99, seed) * 4)
                    ELSE floor(pg_temp.dice(99, seed) * 5) END,
       CASE WHEN pg_temp.dice(100, seed) < .8 THEN pg_temp.say(verdict, style, NULL, seed + 500) END
FROM (SELECT *, pg_temp.pick(verdicts, pg_temp.dice(103, seed)) AS verdict
      FROM purchase JOIN person AS p USING (business, no) WHERE business = 'clinic') AS v
WHERE pg_temp.dice(104, seed) < reviews AND at < current_setting('sample.as_of')::timestamptz - interval '4 days'
ORDER BY at, seed;

CREATE INDEX ON clinic.appointments (patient_id, starts_at);
CREATE INDEX ON clinic.messages (patient_id, sent_at);
CREATE INDEX ON clinic.surveys (patient_id, answered_at);


-- Done ----------------------------------------------------------------------------------------------

DROP FUNCTION pg_temp.say, pg_temp.slip, pg_temp.fill, pg_temp.style, pg_temp.topic, pg_temp.patient,
    pg_temp.subscriber, pg_temp.ago, pg_temp.pick, pg_temp.dice;
COMMIT;

ANALYZE shop.customers, shop.orders, shop.visits, shop.reviews, shop.messages, telecom.events, clinic.patients,
    clinic.appointments, clinic.messages, clinic.surveys;

\set QUIET :quiet_before
