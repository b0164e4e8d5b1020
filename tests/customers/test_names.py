"""Names as a keyboard types them; identity numbers that check themselves."""

import pytest

from guanjia.customers import identity, names


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        ("王小明", "wangxiaoming", "wxm"),
        ("曾志伟", "zengzhiwei", "zzw"),
        ("欧阳锋", "ouyangfeng", "oyf"),
        ("吕布", "lvbu", "lb"),
        ("阿依古丽·买买提", "ayigulimaimaiti", "ayglmmt"),
        ("Mary Li", "maryli", "maryli"),
        ("", "", ""),
    ],
)
def test_a_name_has_a_sound_and_initials(name, pinyin, initials):
    assert (names.pinyin(name), names.initials(name)) == (pinyin, initials)


def test_surnames_are_read_as_such_only_in_peoples_names():
    assert names.pinyin("单小梅") == "shanxiaomei"
    assert names.pinyin("单元楼公司", person=False) == "danyuanlougongsi"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("11010519491231002x", "11010519491231002X"),
        ("1101 0519 4912 3100 2X", "11010519491231002X"),
        ("E12345678", "E12345678"),
        ("H03456789（05）", "H03456789(05)"),
    ],
)
def test_an_identity_number_is_kept_in_one_form(written, kept):
    assert identity.normalise(written) == kept


@pytest.mark.parametrize("written", ["110105194912310021", "11010519491331002X", "123", "张三的证件"])
def test_a_number_that_contradicts_itself_is_refused(written):
    with pytest.raises(identity.NotAnIdentity):
        identity.normalise(written)


def test_an_organisation_has_a_credit_code():
    assert identity.normalise("91350100M000100Y43", organisation=True) == "91350100M000100Y43"
    with pytest.raises(identity.NotAnIdentity):
        identity.normalise("91350100M000100Y44", organisation=True)
