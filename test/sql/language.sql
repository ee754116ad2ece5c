-- The language of a text, by the model that ships: golden cases, no answer, errors.
SELECT empathy.language(t), t AS said FROM unnest(ARRAY[
    'The parcel never came and nobody answers',
    'Das Paket wurde leider niemals zugestellt',
    'Ma commande n''est jamais arrivée',
    'Mi pedido no llegó nunca',
    'La mia spedizione non è mai arrivata',
    'Mijn pakket is nooit aangekomen',
    'Jag är inte nöjd med leveransen',
    'Pakettini ei ole vieläkään saapunut',
    'Moja paczka nigdy nie dotarła',
    'Můj balíček nikdy nepřišel',
    'A minha encomenda nunca chegou',
    'Siparişim hala gelmedi',
    'Посылка так и не пришла']) AS t;

-- Other scripts, marks, numbers, addresses and next to nothing: no answer rather than a wrong one
SELECT t AS said, empathy.language(t) IS NULL AS none FROM unnest(ARRAY[
    'Η παραγγελία δεν έφτασε ποτέ', '我的包裹还没到', 'لم يصل الطرد أبدا', '소포가 오지 않았어요', '荷物が届きません', 'พัสดุยังไม่มาถึง',
    'मेरा पार्सल नहीं आया', 'החבילה לא הגיעה', '', ' ', '!?', '12345', 'ok', '👍', '@jo https://shop.example/the/parcel jo@the.example']) AS t;
SELECT empathy.language(NULL) IS NULL AS none;

-- Case and negation don't matter, and a long text is as quick as a short one
SELECT empathy.language('DAS PAKET WURDE NIEMALS ZUGESTELLT') AS shouted, empathy.language('No, no llegó nunca mi pedido') AS negated,
       empathy.language(repeat('The parcel never came. ', 1000000)) AS long;
