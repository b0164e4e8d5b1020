"""What is sent where an empty form would tell nothing: whole bodies, so that it is the right to act which decides the answer."""

FULL = {
    "profile-answer": {"source": "said", "value": "无"},
    "folder-binding": {"kind": "household", "year": "2025"},
    "duplicate": {"keep": "two"},
    "api:desk.case.open": {"type": "consultation", "content": "请问几点上班", "customer_name": "王先生"},
    "api:desk.contact.receive": {"channel": "phone", "number": "13900002222"},
    "api:desk.case.accept": {"answer": "马上去看"},
    "api:desk.case.reply": {"text": "已安排", "way": "phone"},
    "api:desk.case.notify": {"text": "师傅在路上", "way": "phone"},
    "api:desk.case.resolve": {"result": "已修好"},
    "api:desk.case.confirm": {"satisfaction": 5},
    "api:desk.case.close": {"outcome": "fixed"},
    "api:work.order.finish": {"result": "已修好"},
    "api:followup.return_visit.make": {
        "way": "phone",
        "quality": 5,
        "effect": 5,
        "satisfaction": 5,
        "shortcomings": "无",
        "suggestions": "无",
        "result": "ok",
    },
}
