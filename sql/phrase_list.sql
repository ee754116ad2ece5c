-- The phrases that come with the extension: task, label, lean, phrases (see sql/phrase.sql). Those of lean 0 only name an
-- aspect; the others also say what is thought of it.

INSERT INTO empathy.phrase (task, label, lean, phrase, builtin)
SELECT t.task, t.label, t.lean, pg_catalog.regexp_replace(pg_catalog.btrim(p, E' \n'), '[[:space:]]+', ' ', 'g'), true
FROM (VALUES
    ('aspect', 'speed', 0, 'speed, speeds, wait, waits, waited, waiting, queue, queues, queued, queueing, queuing,
    waiting time, waiting times, wait time, wait times, response time, response times, turnaround, turnaround time,
    loading time, loading times, load time, load times, minutes late, processing time, still loading, how fast, how
    slow'),
    ('aspect', 'speed', 1, 'fast, faster, fastest, quick, quicker, quickly, quickest, speedy, speedily, swift,
    swiftly, prompt, promptly, instant, instantly, instantaneous, rapid, rapidly, in no time, no time at all, right
    away, straight away, on time, ahead of time, timely, in a flash, lightning fast, super fast, super quick, within
    minutes, within seconds, without delay, no waiting, no wait, no queue, no queues, short wait, same day, fast
    delivery, quick delivery, prompt delivery, speedy delivery, fast shipping, quick shipping, arrived early, arrived
    on time, arrived quickly, delivered on time, delivered quickly, delivered early, next day delivery, came quickly,
    fast service, quick service, quick response, quick reply, fast response, fast reply, prompt response, prompt
    reply'),
    ('aspect', 'speed', -1, 'slow, slower, slowest, slowly, sluggish, laggy, lag, lags, lagging, lagged, delay,
    delays, delayed, delaying, takes forever, took forever, taking forever, takes ages, took ages, taking ages, takes
    too long, took too long, taking too long, take too long, takes so long, took so long, taking so long, takes long,
    took long, too long, far too long, way too long, hours on hold, waited ages, waited forever, waiting ages, waiting
    forever, waited hours, waiting hours, waited for hours, waiting for hours, waiting for days, waiting for weeks,
    waited for weeks, waited weeks, waiting weeks, waited days, waiting days, still waiting, been waiting, kept
    waiting, kept me waiting, keep me waiting, made me wait, long wait, long waits, long queue, long queues, long
    delay, hours late, days late, weeks late, an eternity, dragged on, drags on, snail, glacial, unresponsive app,
    time out, timed out, times out, late again, always late, running late, behind schedule, overdue, buffering, slow
    delivery, slow shipping, delayed delivery, late delivery, delivered late, arrived late, delivery delay*, shipping
    delay*, slow service, slow response, slow reply'),
    ('aspect', 'convenience', 0, 'convenience, convenient*, opening hours, opening times, business hours, parking, car
    park, location, locations, appointment, appointments, booking, bookings, booking system, online booking, book
    online, self service, self checkout, pick up point, collection point, click and collect, drop off, contactless,
    accessib*, payment option*, payment method*, pay online, reservation, reservations, checkout process, check in
    process, check in was, check in desk, self check in, online check in, check out was'),
    ('aspect', 'convenience', 1, 'handy, hassle free, no hassle, without hassle, effortless, effortlessly, saves time,
    saved me time, saves me time, time saving, easy to find, easy to reach, easy to book, easy to order, easy to
    return, easy to buy, easy to pay, easy returns, easy return, easy booking, easy checkout, easy to cancel, one
    click, walking distance, close by, nearby, round the corner, around the corner, open late, flexible, flexibility,
    seamless, seamlessly, smooth process, painless, no fuss, without fuss, at my convenience'),
    ('aspect', 'convenience', -1, 'inconvenien*, a hassle, too much hassle, such a hassle, so much hassle, a pain to,
    time consuming, too many steps, jump through hoops, jumping through hoops, too far, far away, out of the way, no
    parking, nowhere to park, hard to find, hard to reach, hard to book, hard to cancel, difficult to cancel,
    impossible to cancel, impossible to book, impossible to reach, difficult to find, never open, closed early, red
    tape, paperwork, inflexible, fully booked, no appointments'),
    ('aspect', 'consistency', 0, 'consistency, reliability, uptime, stability, every single time'),
    ('aspect', 'consistency', 1, 'consistent, consistently, reliable, reliably, dependable, stable, rock solid, never
    fails, never failed, never lets me down, never let me down, never disappoints, always the same, without fail,
    works every time, never had problems, never had a problem, never any problems, never any issues, like clockwork'),
    ('aspect', 'consistency', -1, 'inconsisten*, unreliab*, unstable, instability, hit or miss, hit and miss, outage*,
    downtime, keeps crashing, keep crashing, kept crashing, crash, crashed, crashes, crashing, crashy, freezes, froze,
    keeps freezing, keeps failing, keeps breaking, keeps stopping, keeps dropping, keeps happening, keeps changing,
    keep changing, keeps losing, keeps going down, keeps disconnecting, keeps cutting out, disconnects, disconnected,
    disconnecting, drops out, dropped calls, cuts out, cutting out, glitch*, bug, bugs, buggy, intermittent*,
    unpredictable, sporadic*, never the same, all over the place, works sometimes, only works sometimes, let me down,
    lets me down, let down again, again and again, yet again, patchy, flaky, hiccup, hiccups, website down, site is
    down, website is down, app is down, system is down, server is down, servers are down, service is down, network is
    down, internet is down, is down again, site went down, system went down, internet goes down, always down, hardly
    ever works, hit-and-miss'),
    ('aspect', 'friendliness', 0, 'friendliness, attitude, attitudes, manners, tone of voice, politeness, demeanour,
    demeanor, hospitality'),
    ('aspect', 'friendliness', 1, 'friendly, friendlier, friendliest, polite, politely, courteous, courteously,
    courtesy, respectful, respectfully, kind staff, kind people, kind man, kind lady, very kind, so kind, kindly
    helped, kindness, kindest, pleasant, pleasantly, welcoming, cheerful, cheery, warm welcome, smile, smiles,
    smiling, smiled, lovely staff, lovely people, lovely lady, lovely man, nice staff, nice people, nice lady, nice
    guy, good natured, hospitable, gracious, charming, approachable, good manners'),
    ('aspect', 'friendliness', -1, 'unfriendly, rude, rudely, ruder, rudest, rudeness, impolite, discourteous,
    disrespect, disrespectful, disrespected, arrogant, arrogantly, arrogance, condescending, patronising, patronizing,
    dismissive, snotty, snooty, grumpy, moody, hostile, aggressive, abrupt, unwelcoming, unpleasant, bad attitude,
    attitude problem, bad manners, bad mannered, no manners, shouted at, yelled at, swore at, snapped at, laughed at
    me, sarcastic, insulting, insulted, insolent, surly, sneering, sullen, talked down to, obnoxious, bad tempered'),
    ('aspect', 'human touch', 0, 'human touch, personal touch, a human, real human, human being, real person, actual
    person, actual human, live person, live agent, bedside manner, doctor, doctors, nurse, nurses, midwife, midwives,
    surgeon, therapist*, dentist, empathy, human contact, human interaction, personal contact, chatbot, chatbots,
    answering machine, personal service, personal attention, personal approach'),
    ('aspect', 'human touch', 1, 'personalised, personalized, caring, cared for, empathetic, empathic, compassion*,
    sympathetic, thoughtful, attentive, listened, listened to me, felt heard, felt valued, feel valued, feel welcome,
    felt welcome, feel special, felt special, felt at ease, feel at ease, put me at ease, like family, remembered me,
    remembered my name, knows my name, knew my name, above and beyond, extra mile, took the time, takes the time, took
    their time, good listener, heartfelt, treated me well, treated us well, looked after me, looked after us, well
    looked after, showed understanding, very understanding, so understanding, genuine interest, held my hand,
    reassuring, reassured, really care, really cares, genuinely care, genuinely cares, truly care, truly cares, cared
    about me, cared about us, they listened, they listen, personal attention to, tailored to me, tailored to us,
    tailored advice'),
    ('aspect', 'human touch', -1, 'impersonal, robotic, robot, robots, like a robot, automated, automated reply,
    automated replies, automated response, automated responses, automated message, automated messages, automated
    system, automatic reply, automatic replies, copy paste, copy pasted, copy and paste, copy and pasted, scripted,
    canned, canned response, canned responses, canned reply, canned replies, just a number, like a number, like
    cattle, heartless, uncaring, soulless, cold and distant, couldn''t care less, could not care less, nobody cares,
    no one cares, don''t listen, doesn''t listen, didn''t listen, did not listen, never listen, never listens, never
    listened, wouldn''t listen, ignored, ignores, ignoring, fobbed off, no empathy, lack of empathy, no compassion,
    lack of compassion, no human, no real person, no real people, can''t reach a human, brushed off, brushed aside,
    treated like, treated badly, felt like a number, they don''t care, don''t care about, doesn''t care about, didn''t
    care about, do not care about, they do not care, they didn''t care, you don''t care, bots instead'),
    ('aspect', 'price', 0, 'price, prices, priced, pricing, cost, costs, fee, fees, charges, charged, tariff, tariffs,
    fare, fares, invoice, invoices, billing, bills, my bill, the bill, discount, discounts, coupon*, voucher*, promo
    code*, money, value for money, sale price, delivery fee*, shipping cost*, delivery cost*, delivery charge*,
    shipping fee*, shipping charge*, postage, payment plan, subscription fee, subscription price, monthly fee, annual
    fee, interest rate, interest rates, exchange rate, deposit, surcharge*, premiums, my premium, monthly premium,
    subscription price*'),
    ('aspect', 'price', 1, 'cheap, cheaper, cheapest, affordable, affordability, inexpensive, bargain, bargains, good
    value, great value, excellent value, amazing value, best value, good deal, great deal, best deal, good price, good
    prices, great price, great prices, best price, best prices, low price, low prices, lower price, lower prices, fair
    price, fair prices, fairly priced, reasonable price, reasonable prices, reasonably priced, well priced,
    competitively priced, competitive price, competitive prices, worth the money, worth every penny, worth every cent,
    worth the price, free of charge, save money, saved money, saved me money, saves money, free shipping, free
    delivery, no fees, money well spent, budget friendly, price was fair, price is fair, prices are fair, prices were
    fair, price was good, price is good, prices are good, prices were good, price was right, price is right, price was
    great, price is great, prices are great, price is reasonable, price was reasonable, prices are reasonable, prices
    were reasonable, no hidden fee*, no hidden cost*, no hidden charge*, no extra cost*, no extra charge*, no extra
    fee*'),
    ('aspect', 'price', -1, 'expensive, pricey, overpriced, over priced, costly, unaffordable, can''t afford, cannot
    afford, couldn''t afford, could not afford, overcharg*, charged twice, charged me twice, double charged, charged
    extra, hidden fee*, hidden cost*, hidden charge*, extra fee*, extra charge*, extra cost*, bad value, poor value,
    no value, not worth, isn''t worth, wasn''t worth, not worth it, not worth the, waste of money, wasted money,
    wasted my money, rip off, rip offs, ripoff, ripped off, price increase*, price hike*, price rise, price rises,
    prices went up, price went up, prices have gone, price has gone, prices keep going, higher price, higher prices,
    high price, high prices, too high, costs a fortune, cost a fortune, cost me a fortune, a small fortune, arm and a
    leg, too much money, money grab, money grabbing, cash grab, daylight robbery, highway robbery, extortion*,
    exorbitant, steep price, bit steep, costs too much, cost too much, out of my budget, over budget, out of budget,
    price gouging, more expensive, money down the drain, price is high, price was high, prices are high, prices were
    high, price is ridiculous, prices are ridiculous, price is crazy, prices are crazy, charging me, charges too much,
    ridiculous price*, outrageous price*, crazy price*, out of my price'),
    ('aspect', 'quality', 0, 'quality, build quality, sound quality, picture quality, image quality, call quality,
    food quality, product, products, material, materials, fabric, fabrics, leather, stitching, craftsmanship,
    workmanship, taste, tastes, tasted, flavour*, flavor*, food, meal, meals, dish, dishes, portion, portions,
    battery, battery life, signal, hygiene, cleanliness, comfort, durability, colour, colours, color, colors, texture,
    packaging, condition, the item, the items, the goods'),
    ('aspect', 'quality', 1, 'high quality, good quality, great quality, top quality, excellent quality, best quality,
    amazing quality, quality is great, well made, well built, well designed, beautifully made, durable, sturdy,
    robust, long lasting, lasts long, lasts for ages, delicious, tasty, yummy, mouthwatering, fresh, freshly, clean,
    spotless, immaculate, comfy, comfortable, cosy, cozy, works perfectly, works great, works well, works fine, works
    like a charm, works beautifully, worked perfectly, as described, as advertised, like new, good as new, fits
    perfectly, fits well, perfect condition, good condition, flawless, top notch, first class, premium quality, good
    signal, strong signal, gorgeous, beautifully cooked, solid build, solid product, nice finish'),
    ('aspect', 'quality', -1, 'poor quality, bad quality, low quality, terrible quality, awful quality, cheap quality,
    inferior, badly made, poorly made, cheaply made, feels cheap, feel cheap, looks cheap, look cheap, felt cheap,
    looked cheap, cheap plastic, cheap material*, flimsy, fragile, shoddy, broken, broke, breaks, broke after, fell
    apart, falls apart, falling apart, came apart, defect*, faulty, fault, faults, damaged, damage, scratched,
    scratches, dented, cracked, torn, ripped, stained, stains, shrank, shrunk, faded, fades, wore out, worn out,
    stale, rotten, mouldy, moldy, spoiled, bland, tasteless, inedible, undercooked, overcooked, burnt, soggy, cold
    food, food was cold, was cold, dirty, filthy, smelly, stinks, stank, unhygienic, cockroach*, bed bugs,
    uncomfortable, stopped working, stops working, doesn''t work, don''t work, didn''t work, does not work, did not
    work, do not work, not working, isn''t working, never worked, won''t turn on, won''t charge, dead battery, battery
    dies, battery drains, malfunction*, not as described, not as advertised, wrong size, doesn''t fit, didn''t fit,
    does not fit, too small, too tight, poor signal, no signal, bad signal, bad reception, out of date, past its best,
    scratchy, rusty, rusted, leaks, leaking, leaked everywhere, wobbly, piece of junk, junk, pile of junk, piece of
    crap, piece of rubbish, arrived damaged, arrived broken, came broken, came damaged'),
    ('aspect', 'delivery', 0, 'delivery, deliveries, delivered, delivery time, delivery times, delivery date, delivery
    dates, delivery slot*, delivery driver*, delivery man, delivery guy, delivery service, delivery company, delivery
    options, shipped, shipping, shipment*, parcel*, my package, courier*, dispatch*, despatch*, tracking number,
    tracking info*, tracking link, in transit, out for delivery, postman, mailman, doorstep, it arrived, order
    arrived, has arrived, item arrived, items arrived, package arrived, my order, order tracking, parcel tracking,
    track my order, track my parcel, deliver to, deliver on time, deliver it, deliver my, deliver the, deliver them,
    deliver here, deliver on saturday*, deliver on sunday*, delivers to, ship it, ship my, ship to, ships to, ship
    the, shipped it'),
    ('aspect', 'delivery', 1, 'arrived early, arrived on time, arrived quickly, arrived next day, arrived the next,
    arrived safely, arrived promptly, delivered on time, delivered early, delivered next day, delivered the next,
    delivered quickly, delivered promptly, next day delivery, fast delivery, quick delivery, prompt delivery, speedy
    delivery, fast shipping, quick shipping, well packed, well packaged, carefully packed, carefully packaged, nicely
    packaged, delivery was fast, delivery was quick, came quickly, came the next day'),
    ('aspect', 'delivery', -1, 'undelivered, never arrived, never came, never turned up, never showed up, never
    delivered, not delivered, wasn''t delivered, hasn''t been delivered, not been delivered, has not arrived, not
    arrived, hasn''t arrived, haven''t arrived, didn''t arrive, did not arrive, not yet arrived, still not arrived,
    hasn''t come, hasn''t turned up, hasn''t shown up, haven''t received, have not received, not received, didn''t
    receive, did not receive, never received, never got my, arrived late, delivered late, late delivery, slow
    delivery, slow shipping, delayed delivery, delivery delay*, shipping delay*, arrived damaged, arrived broken, came
    broken, came damaged, delivered to the wrong, wrong address, wrong item*, wrong order, wrong product, wrong
    parcel, missing item*, missing part*, items missing, item missing, parts missing, missing parcel, missing package,
    lost parcel, lost package, lost my parcel, lost my package, lost my order, lost in transit, lost in the post, left
    in the rain, badly packed, badly packaged, poorly packed, poorly packaged, no tracking, incomplete order, empty
    box'),
    ('aspect', 'support', 0, 'support, supported, support team, support staff, customer support, tech support,
    technical support, customer service*, customer care, customer services team, client service, service, services,
    service desk, help desk, helpdesk, helpline, hotline, call centre*, call center*, live chat, agent, agents,
    representative*, customer rep, service rep, rep, reps, advisor*, adviser*, operator, operators, staff, staff
    member*, employee, employees, receptionist*, waiter*, waitress*, cashier*, technician*, engineer, engineers,
    support ticket*, my ticket, my case, my complaint, complaints department, complaints team, after sales, aftercare,
    reply, replies, response, responses, refund, refunds, refunded, your team'),
    ('aspect', 'support', 1, 'helpful, so helpful, very helpful, helped me, helped us, helped out, helped straight
    away, great service, good service, excellent service, amazing service, fantastic service, wonderful service, best
    service, brilliant service, great support, good support, excellent support, great customer service, good customer
    service, excellent customer service, amazing customer service, sorted it, sorted it out, sorted out my, sorted my,
    got it sorted, resolved, resolved my, solved, solved my, fixed my, responsive, knowledgeable, competent,
    professional, professionally, professionalism, answered all my, answered my question*, great staff, excellent
    staff, good staff, amazing staff, wonderful staff, fantastic staff, got back to me, called me back, accommodating,
    efficient, efficiently, lovely staff, nice staff, kind staff, fast service, quick service, quick response, quick
    reply, fast response, fast reply, prompt response, prompt reply'),
    ('aspect', 'support', -1, 'unhelpful, no help, useless, no use, not helpful, wasn''t helpful, weren''t helpful,
    isn''t helpful, of no help, bad service, poor service, terrible service, awful service, horrible service, worst
    service, appalling service, shocking service, disgusting service, poor customer service, bad customer service,
    terrible customer service, awful customer service, worst customer service, horrible customer service, no customer
    service, no support, no service, no reply, no replies, no response, no answer, no answers, no one answers, nobody
    answers, no one answered, nobody answered, no one replies, nobody replies, no one replied, nobody replied, never
    answer, never answers, never answered, never reply, never replied, never replies, never responded, never respond,
    didn''t reply, did not reply, didn''t respond, did not respond, doesn''t answer, don''t answer, won''t answer,
    don''t reply, doesn''t reply, never got back, never called back, never called me, didn''t call back, hung up,
    hangs up, hung up on, on hold, passed around, passed from, pillar to post, transferred again, no one can help,
    nobody can help, no one helps, nobody helps, no one helped, nobody helped, couldn''t help, could not help, can''t
    help me, wouldn''t help, refused to help, refuse to help, refused to refund, refuse to refund, refused a refund,
    no refund, won''t refund, unresolved, not resolved, never resolved, still not fixed, not been fixed, still not
    resolved, unresponsive, incompetent, incompetence, clueless, unprofessional, inefficient, understaffed, untrained,
    got nowhere, no idea what, didn''t know what, fed up with calling, ghosted, slow service, slow response, slow
    reply'),
    ('aspect', 'usability', 0, 'usability, app, apps, application, website*, web site*, the site, your site, web page,
    webpage, homepage, interface, user interface, ui, ux, user experience, navigation, navigate, navigating, layout,
    design, login, log in, logging in, logged in, sign in, signing in, sign up, signing up, password, passwords, set
    up, setup, setting up, install, installed, installing, installation, button, buttons, dashboard, feature,
    features, functionality, settings, search function, search bar, shopping cart, shopping basket, form, forms,
    instructions, user manual, checkout page, software, update, updates, latest update, new update, latest version,
    new version, dark mode, notifications, portal, online banking, mobile banking, controls, remote control, touch
    screen, touchscreen'),
    ('aspect', 'usability', 1, 'user friendly, easy to use, easy to understand, easy to navigate, easy to follow, easy
    to install, easy to set up, easy to read, easy to operate, easy to learn, simple to use, simple to set up, ease of
    use, easily, easier to use, intuitive, intuitively, self explanatory, straightforward, straight forward, simple,
    simplicity, uncluttered, clear instructions, clear layout, well laid out, well organised, well organized, slick,
    sleek, no learning curve, easy setup, easy set up, easy installation, dead easy, super easy, so easy'),
    ('aspect', 'usability', -1, 'hard to use, difficult to use, not user friendly, impossible to use, hard to
    navigate, difficult to navigate, impossible to navigate, hard to understand, difficult to understand, hard to
    read, hard to follow, hard to set up, difficult to set up, unintuitive, not intuitive, counterintuitive, counter
    intuitive, confusing, confused, confuses, clunky, cumbersome, complicated, overcomplicated, over complicated,
    convoluted, complex, cluttered, messy layout, fiddly, steep learning curve, learning curve, error message*, error
    code*, can''t log in, cannot log in, can''t login, cannot login, couldn''t log in, won''t let me, doesn''t let me,
    wouldn''t let me, won''t load, doesn''t load, not loading, won''t open, doesn''t open, won''t install, broken
    link*, dead link*, page not found, doesn''t respond, can''t find the, cannot find the, logs me out, logged me out,
    keeps logging me, locked out, too many clicks, unusable, poorly designed, badly designed'),
    ('aspect', 'trust', 0, 'trust, trusted, trusting, privacy, my data, personal data, personal information, personal
    details, my details, my card details, reputation, integrity, credibility, guarantee, guarantees, guaranteed,
    promise, promises, promised, warranty, terms and conditions, data security, security concern*, security issue*,
    security breach*'),
    ('aspect', 'trust', 1, 'trustworthy, honest, honesty, transparent, transparency, secure, securely, reputable,
    legit, legitimate, genuine, authentic, credible, sincere, upfront, ethical, loyal, peace of mind, kept their
    promise*, kept their word, keeps their promise*, true to their word, safe, safely, feel safe, felt safe, full
    confidence, nothing hidden, trust them completely, no hidden fee*, no hidden cost*, no hidden charge*'),
    ('aspect', 'trust', -1, 'untrustworthy, mistrust, distrust, can''t trust, cannot trust, don''t trust, do not
    trust, never trust, lost trust, lost my trust, lost all trust, lost faith, lost confidence, dishonest,
    dishonestly, dishonesty, scam, scams, scammed, scammer*, scamming, fraud, fraudulent*, fraudster*, fake, fakes,
    counterfeit*, lied, lied to, lying, liar, liars, lies, misled, mislead, misleading, mis sold, missold, deceptive,
    deceived, deceiving, deceitful, deceit, false advertising, false advertisement, false promise*, broken promise*,
    empty promise*, broke their promise*, data breach*, breach of, hacked, leaked my, sold my data, insecure, unsafe,
    not safe, shady, dodgy, sketchy, suspicious, small print, fine print, bait and switch, con artist*, con men,
    crook, crooks, thief, thieves, stole, stolen, stealing, unauthorised, unauthorized, without my permission, without
    my consent, without asking, unfair, unethical, shameless, cheated, cheating, tricked, phishing, spam, spammed,
    spamming, robbed, swindle*, hidden fee*, hidden cost*, hidden charge*, rip off, ripped off, hidden terms'),
    ('aspect', 'none', 0, 'sort of, kind of, at any cost, at all costs, cost of living, in charge, i support, we
    support, to support, support group*, child support, support for my, support our, emotional support, easier said,
    fast food, breakfast, fast asleep, update me, update us, food for thought, simple as that, simply, that simple,
    it''s simple, quick question, quick update, quick note, fair enough, to be fair, to be honest, i honestly, honest
    question, lies in, long as, as long as, so long as, how long have you, my dear, dear sir, dear madam, dear team,
    oh dear, dear all, dear customer, in service, out of service, at your service, secret service, military service,
    in response to, in reply to, take care, takes care, health care, childcare, personal best, next time, one more
    time, first time, on the other hand, cold feet, cold weather, high street, form of, a form of, fresh start, fresh
    air, slow down, breaking news, break the ice, safe journey, safe trip, stay safe, be safe, smile on my face,
    promise me, i promise, we promise, you''re welcome, you are welcome, welcome to, welcome back, welcome home, every
    time i see, set up a meeting, money laundering, sign up bonus, can''t wait, cannot wait, can not wait, couldn''t
    wait, couldn''t wait for, wait until, wait till, wait and see, who cares, i don''t care, personal favourite,
    personal favorite, personal opinion, in my personal, deliver on, deliver great, deliver good, deliver excellent,
    kid friendly, family friendly, child friendly, pet friendly, dog friendly, environmentally friendly, eco friendly,
    budget flight*, for good measure, my two cents, fast track, by the way, waiting for you, price tag'),
    ('act', 'question', 0, '^how do i, ^how do we, ^how do you, ^how does, ^how did, ^how can i, ^how can we, ^how can
    you, ^how could i, ^how should i, ^how would i, ^how will, ^how much is, ^how much does, ^how much do, ^how much
    are, ^how much would, ^how much will, ^how long does, ^how long do, ^how long will, ^how long is, ^how long are,
    ^how long has, ^how long would, ^how long until, ^how many do, ^how many can, ^how many are, ^how often do, ^how
    often does, ^how soon, ^how come, ^what is the, ^what is my, ^what is your, ^what''s the, ^what''s my, ^what''s
    your, ^what are the, ^what are your, ^what are you, ^what time is, ^what time do, ^what time does, ^what does,
    ^what do i, ^what do you, ^what did, ^what happens, ^what happened to, ^what should i, ^what can i, ^what kind of,
    ^what about, ^what if, ^where is, ^where are, ^where can, ^where do, ^where does, ^where did, ^where''s, ^where
    should, ^when is, ^when are, ^when will, ^when do you, ^when do i, ^when does, ^when did you, ^when can, ^why is,
    ^why are, ^why do, ^why does, ^why did, ^why was, ^why were, ^why won''t, ^why can''t, ^why isn''t, ^why aren''t,
    ^why has, ^why have, ^why hasn''t, ^why haven''t, ^why don''t, ^why doesn''t, ^why didn''t, ^why am i, ^why should
    i, ^why would, ^who do i, ^who should i, ^who can i, ^who is responsible, ^which one, ^which of, ^which plan, ^is
    there, ^are there, ^is it possible, ^is it true, ^is it safe, ^is it just me, ^is this, ^is that, ^is it, ^is my,
    ^is your, ^is the, ^isn''t there, ^isn''t it, ^are you, ^are your, ^are the, ^are these, ^do i, ^do we, ^do your,
    ^don''t you, ^does it, ^does this, ^does that, ^does the, ^does my, ^does your, ^does anyone, ^does anybody, ^did
    you, ^did i, ^did anyone, ^can i, ^can you, ^can we, ^can someone, ^can anyone, ^can somebody, ^can anybody,
    ^can''t you, ^could i, ^could you, ^could we, ^could someone, ^could anyone, ^could somebody, ^would you, ^would
    it be, ^would i, ^will you, ^will it, ^will the, ^will my, ^will i, ^will there be, ^will this, ^may i, ^should i,
    ^should we, ^have you, ^has my, ^has anyone, ^has anybody, ^has the, ^am i, can you tell me, could you tell me,
    can you please tell, could you please tell, can someone tell me, can anyone tell me, please tell me how, please
    tell me when, please tell me why, please tell me what, please tell me where, please tell me if, tell me whether, i
    was wondering if, i was wondering whether, i was wondering how, i was wondering what, i was wondering when, i''m
    wondering if, i''m wondering whether, i''m wondering how, just wondering if, just wondering whether, just
    wondering how, just wondering when, wondering if you, wondering whether, i''d like to know, i want to know, i need
    to know, i''d like to ask, i want to ask, let me know how, let me know when, let me know where, let me know what,
    let me know why, let me know whether, any idea when, any idea why, any idea how, any idea if, any idea what, any
    idea where, any news on, any update on, anyone know if, anyone know how, anyone know where, anyone know when,
    anyone know what, anyone know why, does anyone know, do you know if, do you know when, do you know how, do you
    know where, do you know why, can you explain, could you explain, please explain how, please explain why, please
    explain what, can you clarify, could you clarify, please clarify, please advise, i have a question, i''ve a
    question, i have some questions, we have a question, one question, got a question, quick question, my question is,
    would like to know, would like to ask, ^which is better, ^which is best, ^which is the'),
    ('act', 'doubt', 0, 'i doubt, we doubt, i have doubts, have my doubts, having doubts, some doubts, doubtful, not
    sure if, not sure whether, not sure that, not sure this, not sure it, not sure about, not sure i, not sure which,
    i''m not sure, i am not sure, we''re not sure, not so sure, not too sure, not entirely sure, not really sure, not
    quite sure, not completely sure, unsure, not certain, uncertain if, uncertain whether, uncertain about, not
    convinced, not fully convinced, not entirely convinced, unconvinced, skeptical, sceptical, having second thoughts,
    second thoughts, in two minds, hesitant, i hesitate, hard to believe, difficult to believe, i wonder whether, we
    wonder if, i question whether, i''m worried that, i''m concerned that, i am worried that, i am concerned that,
    worried it will, worried it won''t, not confident, don''t know if, don''t know whether, do not know if, do not
    know whether, dunno if, no idea if, no idea whether, can''t decide, cannot decide, can''t make up my, haven''t
    decided, undecided, torn between, remains to be seen, sounds too good, too good to be, seems unlikely, highly
    unlikely, is it really worth, is it even worth, is it worth, i fear that, how can i trust, can i really trust, i
    have reservations, reservations about, i don''t think it''ll, don''t think it''ll work, don''t think it will,
    don''t think this will, don''t think that will, don''t believe it will, don''t believe this will, don''t believe
    that will, i''m on the fence, still on the fence, on the fence about, not sure you, not sure they, not sure we, i
    wonder if it, i wonder if it''s, i wonder if this, i wonder if that'),
    ('act', 'wish', 0, 'i wish, we wish, really wish, i want, we want, i really want, i just want, i only want, i also
    want, i still want, all i want, all we want, i''d really like, i''d love, i would love, we''d love, we would love,
    i''d really love, i need, we need, i really need, i just need, i also need, i still need, i do need, we really
    need, we also need, i desperately need, all i need, all we need, in need of, i''m looking for, i am looking for,
    we''re looking for, we are looking for, i''d prefer, i would prefer, we''d prefer, we would prefer, i''d rather
    have, if only, i hope you, i hope to, i hope that, we hope you, we hope to, hoping for, hoping to, hoping you,
    i''m hoping, hopefully you, would be nice, it''d be nice, would be great if, would be good if, would be lovely if,
    would be helpful if, would be useful if, would be better if, would help if, can i have, can i get, can we have,
    can we get, could i have, could i get, could we have, may i have, i could do with, please give me, please send me,
    please add, would like, i''d like, we''d like, would really like, i''m after a, i''m after some, i hope they, i
    hope it, i hope the, i hope this, please let me have, please let us have, would be cool if, would be better to,
    would be nice to, would be good to, would be great to, it''d help if, it would help if, i need it today, i need
    this today, we need it today, we need this today, i need help now, i need it now, i need this now, we need it now,
    i need it by, i need this by, we need it by, we need this by, i need them by, i need it tomorrow, i need it
    before, i need this before, i need it immediately, i need this immediately, i need it urgently, i need this
    urgently, i need it asap, i need this asap, we need this asap, i need it tonight'),
    ('act', 'comparison', 0, 'better than, worse than, cheaper than, faster than, slower than, quicker than, easier
    than, harder than, bigger than, smaller than, larger than, nicer than, stronger than, weaker than, louder than,
    cleaner than, friendlier than, simpler than, lighter than, heavier than, higher than, lower than, longer than
    other, shorter than, thicker than, thinner than, newer than, older than your, more expensive than, less expensive
    than, more reliable than, less reliable than, more comfortable than, less comfortable than, more helpful than,
    less helpful than, more useful than, more convenient than, more accurate than, more friendly than, more durable
    than, much better than, far better than, way better than, much worse than, far worse than, way worse than, much
    cheaper than, so much better than, compared to, compared with, in comparison to, in comparison with, by
    comparison, comparing it to, comparing it with, comparing this, comparing the, comparison between, difference
    between, differences between, differ from, different from your, different from the, unlike your, unlike other,
    unlike others, unlike the other, unlike my, unlike my old, unlike my previous, similar to the, similar to my,
    similar to your, as good as, as bad as, as fast as, as cheap as, as nice as, as easy as, as reliable as, not as
    good, nowhere near as, other companies, other company, other providers, other suppliers, other carriers,
    competitor, competitors, superior to, inferior to, prefer it to, prefer them to, prefer this to, prefer this over,
    prefer it over, prefer the old, prefer the other, over the other, used to be better, was better before, were
    better before, better before, better elsewhere, cheaper elsewhere, which is better, which one is better, which is
    best, which one is best, outperforms, beats the, than other companies, than other providers, than other shops,
    than other stores, than other brands, than other banks, than other airlines, than other hotels, than other apps,
    than other sites, than the competition, than your competitor*, than my old, than my previous, than my last, than
    the old, than the previous, than the last, than the other, than it used to, than they used to, differs from'),
    ('act', 'price worry', 0, 'too expensive, so expensive, very expensive, really expensive, quite expensive, pretty
    expensive, rather expensive, bit expensive, little expensive, extremely expensive, far too expensive, way too
    expensive, getting expensive, overpriced, over priced, too pricey, pricey, so pricey, unaffordable, not
    affordable, can''t afford, cannot afford, couldn''t afford, could not afford, can''t really afford, can not
    afford, hardly afford, barely afford, out of my budget, out of our budget, out of budget, over budget, over my
    budget, over our budget, beyond my budget, above my budget, on a budget, tight budget, small budget, limited
    budget, out of my price, price rise, price rises, price went up, prices went up, price has gone, prices have gone,
    price goes up, prices go up, prices keep going, price keeps going, raised the price*, raised your price*, raised
    their price*, raising the price*, raising prices, raised prices, raising your price*, put up the price*, put the
    price up, put prices up, increased the price*, increased your price*, increasing the price*, increasing prices,
    prices are rising, rising prices, rising costs, costs too much, cost too much, costs so much, cost so much, costs
    a fortune, cost a fortune, cost me a fortune, a small fortune, arm and a leg, much to pay, hidden fee*, hidden
    cost*, hidden charge*, extra fee*, extra charge*, extra cost*, additional fee*, additional charge*, additional
    cost*, unexpected charge*, unexpected fee*, rip off, waste of money, waste my money, wasting my money, not worth
    the price, not worth the money, cheaper option*, cheaper alternative*, cheaper plan*, cheaper elsewhere, cheaper
    somewhere, something cheaper, anything cheaper, cheaper one, any cheaper, any discount*, student discount*,
    discount code*, lower price, lower the price, better price, price match, price is too high, price too high, prices
    too high, prices are too high, too high a price, price is high, prices are high, steep price, bit steep,
    overcharged, overcharging, overcharge, charged twice, charged me twice, double charged, daylight robbery,
    extortionate, exorbitant, price gouging, short on money, short of money, money is tight, money''s tight, living
    costs, higher bill, bill is too, bill went up, bill has gone up, pay that much, pay so much, pay this much, charge
    so much, charging so much, how can you charge, reduce the price, reduce the cost, bring the price down, negotiate
    the price, wasn''t worth the money, wasn''t worth the price, isn''t worth the money, isn''t worth the price, not
    worth that much, is expensive for, are expensive for, was expensive for, is so expensive, is getting expensive,
    expensive for me, expensive for us, expensive for what, your price increase*, another price increase*, the price
    increase*, with price increase*, your price hike*, another price hike*, the price hike*, a high price, get a
    discount, have a discount, give a discount, give me a discount, discount available, is there a discount, worth
    that much money, is it worth the, worth the price if, saving money is, save some money, need to save money, trying
    to save money, too dear, dearer than, more expensive now, more expensive every, a ripoff, such a ripoff, total
    ripoff, complete ripoff, can''t afford to pay, can''t afford to buy, can''t afford to keep, can''t afford to stay,
    cannot afford to pay, cannot afford to buy, cannot afford to keep, couldn''t afford to pay, too much money for'),
    ('act', 'suggestion', 0, 'you should, you guys should, you really should, you might want, you might consider, you
    may want to, you ought to, you''d better, i suggest, i''d suggest, i would suggest, we suggest, we''d suggest, can
    i suggest, may i suggest, could i suggest, might i suggest, my suggestion, one suggestion, a suggestion,
    suggestion for, some suggestions, my advice, i advise, i''d advise, i would advise, why don''t you, why don''t we,
    why not just, why not try, why not add, why not make, why not use, why not offer, why not let, why not have, what
    about adding, what if you, would be better if, would be great if, would be nice if, would be helpful if, would be
    good if, would be useful if, would be cool if, would be better to, would be nice to, would be good to, would be
    great to, please consider, consider adding, consider making, consider giving, consider using, consider offering,
    have you considered, have you thought of, have you thought about, have you tried, maybe you could, maybe you
    should, perhaps you could, perhaps you should, maybe try, perhaps try, you could add, you could make, you could
    offer, you could try, you could also, you could at least, you could maybe, you could just, could be improved,
    should be improved, needs improvement, room for improvement, needs to be improved, should have an option, should
    be an option, there should be, should add, should include, should offer, should allow, should let, should make it,
    should consider, needs an option, should provide, an option to, please add, please make it, please bring back,
    please fix the, bring back the, feature request, my idea, here''s an idea, if i were you, try adding, try making,
    try using, let us choose, allow us to, allow users to, allow customers to, i propose, i''d propose, i recommend
    that you, i''d recommend you, recommend adding, recommend that you, they should add, they should offer, they
    should make, they should let, they should allow, they should have a, they should provide, you should let users,
    why not let users, how about adding, how about making, how about a, how about an, how about offering, how about
    giving, how about letting, we should be able, customers should be able, users should be able, it''d help if, it
    would help if, an option for'),
    ('act', 'thanks', 0, 'thank you, thank you so much, thank you very much, thanks, thanks so much, thanks a lot,
    thanks a bunch, thanks a million, thank u, thankyou, thx, thnx, thanx, tysm, many thanks, thanks to everyone,
    thanks to all, thanks to you all, big thanks to, huge thanks to, many thanks to, special thanks to, massive thanks
    to, a big thank you, can''t thank you enough, cannot thank you enough, can''t thank them enough, i want to thank,
    i''d like to thank, just want to thank, wanted to thank, wanted to say thanks, say thanks, much appreciated,
    really appreciated, greatly appreciated, i appreciate, we appreciate, i really appreciate, we really appreciate, i
    do appreciate, i so appreciate, i truly appreciate, really appreciate, truly appreciate, much appreciate,
    appreciate it, appreciate your, appreciate all, appreciate the help, i''m grateful, i am grateful, so grateful,
    very grateful, really grateful, truly grateful, extremely grateful, forever grateful, eternally grateful, grateful
    for, grateful to, i''m thankful, i am thankful, so thankful, very thankful, thankful for, cheers for, cheers mate,
    ta very much, much obliged, bless you for, would like to thank'),
    ('act', 'apology', 0, 'i''m sorry, we''re sorry, ^sorry, sorry about, sorry for, sorry for the late, sorry for the
    delay, sorry for the confusion, sorry for the trouble, sorry for my, sorry about that, sorry about the, sorry if,
    sorry to bother, sorry to trouble, sorry to ask, sorry i, sorry i''m, sorry i didn''t, sorry i was, sorry my,
    sorry we, my apologies, our apologies, ^apologies, apologies for, apologies if, apologies again, sincere
    apologies, i apologi*, i do apologi*, i must apologi*, i want to apologi*, i''d like to apologi*, let me apologi*,
    please accept my, my bad, my mistake, my fault, my own fault, entirely my fault, was my fault, forgive me, please
    forgive, i beg your pardon, pardon me, pardon my, excuse my, so sorry, very sorry, really sorry, terribly sorry,
    truly sorry, am sorry, are sorry, sorry that i, sorry that we, would like to apologi*'),
    ('act', 'threat to leave', 0, 'cancel* my account, cancel* my subscription, cancel* my contract, cancel* my
    membership, cancel* my plan, cancel* my policy, cancel* my service, cancel* my services, cancel* my broadband,
    cancel* my insurance, cancel* my card, cancel* my direct debit, cancel* our account, cancel* our subscription,
    cancel* our contract, cancel* our membership, cancel* our service, cancel* the subscription, cancel* the contract,
    cancel* the membership, cancel* the account, cancel* this subscription, cancel* this contract, cancel* everything,
    i''ll be cancelling, i will be cancelling, i''ll be canceling, i will be canceling, we''ll be cancelling, thinking
    of cancelling, thinking about cancelling, considering cancelling, thinking of canceling, thinking about canceling,
    considering canceling, tempted to cancel, about to cancel, close my account, closing my account, close our
    account, close the account, delete my account, deleting my account, end my contract, end my subscription, ending
    my contract, ending my subscription, terminat* my contract, terminat* my account, terminat* my subscription,
    terminat* our contract, terminat* the contract, unsubscribe me, i''m unsubscribing, opt out of my, switch* to
    another, switch* to a different, switch* to a competitor, switch* to your competitor*, switch* to someone else,
    switch* to one of, switch* provider*, switch* supplier*, switch* bank*, switch* network*, switch* carrier*, chang*
    provider*, chang* supplier*, chang* bank*, change my provider, i''m switching, i am switching, we''re switching,
    we are switching, i will switch, we will switch, i''ll be switching, will be switching, going to switch, thinking
    of switching, thinking about switching, considering switching, tempted to leave, ready to leave you, i''m leaving
    you, i''m leaving your, or i''m leaving, or i am leaving, or we''re leaving, or we are leaving, or i''ll leave, or i
    will leave, or i leave, or i''m gone, or i am gone, or i''m out, i am leaving your, we''re leaving you, we''re leaving your, i''ll leave if, i will leave
    if, i''m leaving if, my business elsewhere, our business elsewhere, my money elsewhere, our money elsewhere, my
    custom elsewhere, go elsewhere, going elsewhere, went elsewhere, look elsewhere, looking elsewhere, shop
    elsewhere, shopping elsewhere, buy elsewhere, book elsewhere, order elsewhere, bank elsewhere, take it elsewhere,
    done with you guys, i''m done with you, we''re done with you, had enough of you, lost a customer, losing a
    customer, lose a customer, lost a loyal, losing a loyal, lost me as, lose me as, losing me as, lost my business,
    lost our business, losing my business, lost my custom, never buy from, never buy here, never buy anything from,
    never buying from, won''t buy from, will not buy from, won''t be buying, will not be buying, never order from,
    never ordering from, won''t order from, will not order from, won''t be ordering, will not be ordering, never shop
    here, never shop there, never shop with, never shopping here, never shopping with, won''t shop here, won''t be
    shopping, never use you, never use your, never use them again, never using you, never using your, never using
    them, won''t use you, won''t use your, won''t be using, will not be using, will never buy, will never order, will
    never shop, never fly with, never flying with, never book with, never booking with, never bank with, never do
    business with, never doing business, last time i order, last time i buy, last time i shop, last time i use, last
    time i book, last time i fly, last time i stay, last time i ever, my last order, my last purchase, not be
    renewing, won''t renew, won''t be renewing, will not renew, will not be renewing, not going to renew, port my
    number, porting my number, transfer my number, moving to a competitor, move to a competitor, going to a
    competitor, go to a competitor, move to another provider, find another provider, find another supplier, find
    another bank, find another company, find a new provider, find a better provider, found a better provider, found
    another provider, no longer a customer, no longer your customer, won''t be back, will not be back, won''t be
    coming back, won''t be returning, will not be returning, won''t come back, will not come back, never again will i,
    never coming here again, give me my pac, not renewing my, not renew my, not renew our, not renewing our, i''ll
    switch, we''ll switch, i''ll be leaving you, i''ll be leaving your, i''m leaving you for, will be leaving you,
    will be leaving your, won''t be coming here, leaving your service, leaving your bank, leaving your company,
    leaving your network, leave your service, leave your bank, leave your company, leave your network, leave for a
    competitor, leaving for a competitor, leaving for another, leave for another, will never use you, will never use
    your, will never use them, will never use this, had enough of your, need my pac code, want my pac code, get my pac
    code, i''m thinking of leaving, i''m thinking about leaving, i''m considering leaving, we''re thinking of leaving,
    we''re considering leaving, thinking of leaving you, thinking of leaving your, considering leaving your'),
    ('act', 'urgency', 0, 'urgent, urgently, very urgent, asap, as soon as possible, as quickly as possible, as fast
    as possible, reply immediately, respond immediately, answer immediately, fix this immediately, fix it immediately,
    refund me immediately, call me immediately, contact me immediately, help immediately, need it immediately, need
    this immediately, needed immediately, need help immediately, immediately please, please immediately, resolve this
    immediately, resolved immediately, immediate attention, immediate response, immediate reply, immediate action,
    immediate help, immediate assistance, immediate refund, immediate resolution, need help now, need it now, need
    this now, need them now, need an answer now, need a reply now, help me now, fix this now, fix it now, fix this today, fix it
    today, sort this today, sort it today, sort this out today, right now
    please, time sensitive, time critical, running out of time, no time to lose, no time to waste, need it today, need
    this today, need them today, need it tomorrow, need this tomorrow, need it by, need this by, need them by, need it
    for tomorrow, need it before, need this before, today please, can''t wait any longer, cannot wait any longer,
    can''t wait much longer, can not wait any, please hurry, top priority, priority one, this can''t wait, it can''t
    wait, needs fixing now, needs fixing today, needs sorting today, within the hour, this very minute, critical
    issue, this is critical, is critical for us, flight leaves in, quick as you can, quickly as you can, soon as you
    can, it''s an emergency, this is an emergency, is an emergency, emergency repair*, need it tonight, needed by
    tomorrow, needed by friday, needed by monday, reply by tomorrow, answer by tomorrow, answer by tonight, reply by
    tonight, fixed by tomorrow, sorted by tomorrow, here by tomorrow, must arrive by, has to arrive by, needs to
    arrive by, tight deadline, my deadline is, our deadline is, deadline is today, deadline is tomorrow, hurry up
    please, i''m in a hurry, we''re in a hurry, high priority for us, at your earliest, soonest possible, please treat
    as urgent, treat this as urgent, i need it today, i need this today, we need it today, we need this today, i need
    help now, i need it now, i need this now, we need it now, i need it by, i need this by, we need it by, we need
    this by, i need them by, i need it tomorrow, i need it before, i need this before, i need it immediately, i need
    this immediately, i need it urgently, i need this urgently, i need it asap, i need this asap, we need this asap, i
    need it tonight'),
    ('act', 'none', 0, 'no thanks, no thank you, thanks but no, thank you but no, thanks for nothing, thank you for
    nothing, thanks a lot for, thanks to, thank god, thank goodness, thank heavens, thank heaven, thank the lord,
    thank you for contacting, thank you for calling, thank you for choosing, thank you for reaching, thank you for
    shopping, thank you for visiting, thank you for using, thank you for flying, thank you for holding, thanks for
    contacting, thanks for calling, thanks for choosing, thanks for reaching out, thanks for your patience, thanks for
    shopping, thank you note, thank you card, thank you letter, thank you email, thank you message, would appreciate,
    i''d appreciate, i would appreciate, we''d appreciate, would be appreciated, will be appreciated, would be much
    appreciated, would be really appreciated, would be greatly appreciated, would really appreciate, i''d really
    appreciate, i would really appreciate, not even a thank, without a thank you, never said thank you, ungrateful,
    sorry to hear, i''m sorry to hear, ^sorry to hear, sorry for your, i''m sorry for your, sorry for the
    inconvenience, sorry for any inconvenience, apologies for the inconvenience, apologies for any inconvenience, feel
    sorry for, feeling sorry for, felt sorry for, feels sorry for, sorry excuse, sorry state, sorry sight, sorry not
    sorry, safe than sorry, sorry but, i''m sorry but, i am sorry but, ^sorry but, sorry for him, sorry for her, sorry
    for them, sorry for you, i''m sorry for her, i''m sorry for him, i''m sorry you, sorry you, say sorry, said sorry,
    saying sorry, says sorry, no need to apologi*, don''t apologi*, be sorry, nothing to apologise, my bad luck, my
    bad day, my bad experience, my bad experiences, no doubt, without a doubt, without doubt, beyond doubt, beyond any
    doubt, benefit of the doubt, self doubt, room for doubt, not sure why, i''m not sure why, when in doubt, if in
    doubt, don''t doubt, never doubt, never doubted, unsure why, reasonable doubt, i have no doubt, have no doubts, we
    wish you, we wish them, we wish him, we wish her, wish you luck, wish me luck, best wishes, i want to say, i need
    to say, i''d like to say, i need hardly, i need not, i hope you''re well, i hope this helps, i hope that helps, i
    hope it helps, i hope so, i hope you enjoy, i hope you have, i hope you get, i hope you feel, we hope you enjoy,
    if only because, better than nothing, better than ever, worse than ever, better than expected, better than never,
    more than ever, better than that, none better than, easier than ever, harder than it looks, better half, best of
    luck, bigger than life, larger than life, as good as gold, as good as new, as good as it, as easy as pie, as easy
    as that, as bad as it, as bad as i, better than to, better than you think, than usual, you should be ashamed, you
    should be proud, you should know, you should see, you should have seen, you should hear, you should have heard,
    you should have been, you should have told, you should have said, you should see the, you should know that, you
    should know by, you should have known, they should be ashamed, they should know, they should have, they should
    know better, should be ashamed, you should have, you should''ve, how about that, have an idea, have no idea, no
    idea, an idea of, an idea what, an idea how, an idea why, gives an idea, a suggestion box, don''t have an option,
    not an option, no option to, there should be no, should be able to, my idea of, emergency room, emergency exit,
    emergency service*, emergency contact*, emergency fund, emergency vehicle*, emergency landing, emergency kit,
    emergency department, emergency number, state of emergency, urgent care, non urgent, non emergency, no rush, no
    hurry, in no hurry, not in a hurry, deadline day, not urgent, trade deadline, ^can you believe, ^can you imagine,
    ^would you believe, ^would you look at, ^do you mind, ^is that so, ^what''s the point, ^what''s the matter with,
    ^how dare you, ^how could you, ^what about you, ^will the real, ^may i just say, ^will you stop, ^can you stop,
    ^will you please stop, ^are you kidding me, ^are you kidding, ^do your research, ^do your job, ^do your homework,
    ^do your part, ^do your thing, ^do your own, ^do your best, ^did i mention, ^what did i tell, ^why would anyone,
    price match promise, so sorry to hear, so sorry to see, so sorry for your, so sorry for you, so sorry for her, so
    sorry for him, so sorry for them, so sorry for those, so sorry you, so sorry that you, so sorry you''re, so sorry
    you''ve, very sorry to hear, very sorry for your, very sorry that you, very sorry you, very sorry you''re, really
    sorry to hear, really sorry for your, really sorry that you, really sorry you, truly sorry for your, am sorry to
    hear, am sorry for your, am sorry that you, am sorry you, am sorry but, are sorry to hear, are sorry for, they are
    sorry, you are sorry, if you are sorry, we''re sorry to hear, we''re sorry for, sorry you''re, sorry you''ve,
    sorry you had, sorry that you, i''m sorry that you, i''m sorry you''re, i''m sorry you''ve, sorry this happened
    to, sorry that happened to, ^sorry this happened, ^sorry that happened, ^sorry you, ^sorry you''re, ^sorry
    you''ve, ^sorry that you, ^sorry for your, ^sorry for the inconvenience, ^sorry for any inconvenience, sorry about
    your, ^sorry about your, feel so sorry, felt so sorry, feel really sorry, feel very sorry, feel sorry, felt sorry,
    sorry people, sorry lot, you''ll be sorry, not very sorry, sorry if you, ^sorry if you, better than this, better
    than i expected, worse than i expected, better than we expected, you''re better than, you are better than, as good
    as any, as bad as any, if i want, if we want, when i want, whenever i want, wherever i want, what i want, what i
    need, do i want, do i need, as i want, as i need, than i need, than i want, if i need, when i need, whenever i
    need, whatever i want, you would like, if you would like, they would like, he would like, she would like, people
    would like, who would like, would like to say, would like to add, would like to point, i''d like to add, i''d like
    to point, i wish the best, i want to add, i want to mention, i''m not sure what, i''m not sure how, i''m not sure
    who, not sure how, not sure what, not sure who, not sure where, can''t afford to, cannot afford to, couldn''t
    afford to, could not afford to, can''t afford another day, ripoff of, rip off of, a ripoff of, total ripoff of, a
    ripoff from, like you should, than you should, as you should, you should still, and you should too, which you
    should, i wish you all, i wish you a, i wish you the, i wish you well, i wish you luck, i wish you good, i wish
    you happy, i wish you every, i wish you much, i wish them all, i wish them well, i wish them luck, i wish them
    the, i wish him all, i wish him well, i wish him the, i wish her all, i wish her well, i wish her the, i wish
    everyone a, i wish everyone the, ^sorry to burst, sorry to burst, what you should, asap rocky, asap mob')
) AS t (task, label, lean, phrases), pg_catalog.unnest(pg_catalog.string_to_array(t.phrases, ',')) AS p;
