"""A guide of 8 sets, 30 questions and 3 languages, as an administrator of a broadband company would write it: a sale by telephone."""

LANGUAGES = ("en", "tr", "ar")


def texts(en, tr, ar):
    return {"en": en, "tr": tr, "ar": ar}


def ask(id, kind, words, required=False, choices=(), branches=()):
    made = {"id": id, "kind": kind, "text": texts(*words), "required": required}
    if choices:
        made["choices"] = [{"id": f"c{n}", "text": texts(*c)} for n, c in enumerate(choices, 1)]
    if branches:
        made["branches"] = list(branches)
    return made


def group(id, title, questions, after="end"):
    return {"id": id, "title": texts(*title), "next": after, "questions": questions}


OPENING = group("opening", ("Opening", "Açılış", "الافتتاح"), [
    ask("right", "yes_no", ("Am I speaking with {{name}}?", "{{name}} ile mi görüşüyorum?", "هل أتحدث مع {{name}}؟"), True,
        branches=[{"answer": "no", "to": "wrong"}]),
    ask("time", "yes_no", ("Do you have two minutes?", "İki dakikanız var mı?", "هل لديك دقيقتان؟"), True,
        branches=[{"answer": "no", "to": "closing"}]),
    ask("recorded", "yes_no", ("May this conversation be used for training?", "Bu görüşme eğitimde kullanılabilir mi?",
                               "هل يمكن استخدام هذه المكالمة للتدريب؟"))], "need")
WRONG = group("wrong", ("Somebody else", "Başka biri", "شخص آخر"), [
    ask("known", "yes_no", ("Do you know {{name}}?", "{{name}} adlı kişiyi tanıyor musunuz?", "هل تعرف {{name}}؟"), True),
    ask("better_number", "text", ("Which number is better?", "Hangi numaradan ulaşabiliriz?", "ما الرقم الأفضل؟"),
        branches=[{"to": "end", "code": "Wrong Number"}])])
NEED = group("need", ("What is needed", "İhtiyaç", "الاحتياج"), [
    ask("people", "number", ("How many people will use it?", "Kaç kişi kullanacak?", "كم شخصًا سيستخدمه؟"), True,
        branches=[{"at_least": 11, "to": "office"}]),
    ask("where", "single", ("Where will it be used?", "Nerede kullanılacak?", "أين سيُستخدم؟"), True,
        choices=[("At home", "Evde", "في المنزل"), ("In an office", "İş yerinde", "في المكتب"), ("On the way", "Yolda", "أثناء التنقل")],
        branches=[{"answer": "c1", "to": "home"}, {"answer": "c2", "to": "office"}, {"answer": "c3", "to": "mobile"}]),
    ], "home")
HOME = group("home", ("At home", "Evde", "في المنزل"), [
    ask("rooms", "number", ("How many rooms?", "Kaç oda var?", "كم عدد الغرف؟"), True),
    ask("devices", "multiple", ("What will be connected?", "Neler bağlanacak?", "ما الأجهزة التي ستتصل؟"),
        choices=[("Computers", "Bilgisayarlar", "حواسيب"), ("Televisions", "Televizyonlar", "أجهزة تلفاز"), ("Cameras", "Kameralar", "كاميرات")]),
    ask("evening", "yes_no", ("Is it slow in the evening?", "Akşamları yavaşlıyor mu?", "هل يصبح بطيئًا مساءً؟")),
    ask("contract_ends", "date", ("When does your contract end?", "Sözleşmeniz ne zaman bitiyor?", "متى ينتهي عقدك؟"))], "offer")
OFFICE = group("office", ("In an office", "İş yerinde", "في المكتب"), [
    ask("company", "text", ("What is the company called?", "Şirketin adı nedir?", "ما اسم الشركة؟"), True),
    ask("fixed_address", "yes_no", ("Do you need a fixed address?", "Sabit IP gerekiyor mu?", "هل تحتاج إلى عنوان ثابت؟")),
    ask("sites", "number", ("How many sites are there?", "Kaç şube var?", "كم عدد الفروع؟"), True),
    ask("decides", "text", ("Who decides?", "Kararı kim veriyor?", "من صاحب القرار؟"))], "offer")
MOBILE = group("mobile", ("On the way", "Yolda", "أثناء التنقل"), [
    ask("device", "single", ("Which device?", "Hangi cihaz?", "أي جهاز؟"), True,
        choices=[("Phone", "Telefon", "هاتف"), ("Tablet", "Tablet", "جهاز لوحي")]),
    ask("gigabytes", "number", ("How many gigabytes a month?", "Ayda kaç gigabayt?", "كم غيغابايت شهريًا؟")),
    ask("abroad", "yes_no", ("Do you travel abroad?", "Yurt dışına çıkıyor musunuz?", "هل تسافر إلى الخارج؟"), True),
    ask("countries", "text", ("To which countries?", "Hangi ülkelere?", "إلى أي بلدان؟"))], "offer")
OFFER = group("offer", ("Offer", "Teklif", "العرض"), [
    ask("plan", "single", ("Which plan fits?", "Hangi paket uygun?", "أي باقة تناسبك؟"), True,
        choices=[("100 Mb", "100 Mb", "١٠٠ ميغابت"), ("500 Mb", "500 Mb", "٥٠٠ ميغابت"), ("None", "Hiçbiri", "لا شيء")],
        branches=[{"answer": "c3", "to": "why_not"}]),
    ask("starts", "date", ("From which day?", "Hangi günden itibaren?", "من أي يوم؟"), True),
    ask("address", "text", ("At which address?", "Hangi adreste?", "في أي عنوان؟"), True),
    ask("pays", "single", ("How will you pay?", "Nasıl ödeyeceksiniz?", "كيف ستدفع؟"), True,
        choices=[("By card", "Kartla", "بالبطاقة"), ("By invoice", "Faturayla", "بالفاتورة")]),
    ask("agreed", "yes_no", ("Do you agree to the order?", "Siparişi onaylıyor musunuz?", "هل توافق على الطلب؟"), True,
        branches=[{"answer": "yes", "to": "closing", "code": "Sale"}]),
    ask("why_not", "text", ("What keeps you from it?", "Sizi ne durduruyor?", "ما الذي يمنعك؟"))], "closing")
CLOSING = group("closing", ("Closing", "Kapanış", "الختام"), [
    ask("reach", "single", ("How may we reach you?", "Size nasıl ulaşalım?", "كيف نتواصل معك؟"), True,
        choices=[("By telephone", "Telefonla", "بالهاتف"), ("By e-mail", "E-postayla", "بالبريد الإلكتروني")]),
    ask("mail", "text", ("What is your e-mail address?", "E-posta adresiniz nedir?", "ما بريدك الإلكتروني؟")),
    ask("rating", "number", ("How was this conversation, 1 to 10?", "Görüşmeye 1 ile 10 arasında kaç verirsiniz?", "كيف تقيّم المكالمة من 1 إلى 10؟")),
    ask("recommends", "yes_no", ("Would you recommend us?", "Bizi önerir misiniz?", "هل توصي بنا؟")),
    ask("remark", "text", ("Anything else?", "Eklemek istediğiniz bir şey var mı?", "هل من شيء آخر؟"))])

GUIDE = {"languages": list(LANGUAGES), "sets": [OPENING, WRONG, NEED, HOME, OFFICE, MOBILE, OFFER, CLOSING]}
QUESTIONS = {q["id"]: q for s in GUIDE["sets"] for q in s["questions"]}
