"""What are the people of the demo district called?

Names come from Faker, by home language. For languages that Faker does not know in Latin letters there are short lists of
common names. Each pool is drawn once per seed, so naming a person is one choice.
"""

import re
import unicodedata
from dataclasses import dataclass
from random import Random

from faker import Faker

# Share of homes by language, in percent. Bantu and Horn of Africa, South and East Asian languages stand for the many others.
HOME_LANGUAGES = (
    ("en", 54.0), ("es", 35.0), ("vi", 3.0), ("hmn", 2.5), ("ar", 2.0), ("so", 1.5), ("ne", 1.0), ("am", 0.6), ("ru", 0.4),
)  # fmt: skip
_FAKER = {"en": "en_US", "es": "es_MX"}
_LISTS = {
    "vi": (
        "Linh Mai Lan Thảo Hương Ngọc Trang Vy My Hà Nhi Quỳnh Anh Phương Tâm Thư",
        "Minh Huy Khoa Long Nam Phúc Quân Tuấn Bảo Duy Hiếu Khánh Thành Việt Đạt Sơn",
        "Nguyễn Trần Lê Phạm Huỳnh Võ Đặng Bùi Đỗ Hồ Ngô Dương",
    ),
    "hmn": (
        "Mai Paj Kalia Pa-Houa Gao-Nou Bao Maly Yer Sheng Chue Nou Pang Ka-Zoua Mee Xee Panyia",
        "Tou Kong Pao Xeng Chue Fue Toua Yeng Vue Long Neng Koua Meng Cheng Zong Blong",
        "Vang Xiong Yang Lor Moua Thao Her Lee Vue Hang Cha Kue",
    ),
    "ar": (
        "Amina Fatima Layla Maryam Nour Salma Yasmin Zainab Hana Rania Huda Dalia Aisha Sara Lina Noor",
        "Ahmed Ali Hassan Ibrahim Khalid Mohammed Omar Youssef Karim Tariq Sami Bilal Adam Zaid Hamza Rami",
        "Al-Amin Haddad Khoury Mansour Nasser Saleh Darwish Farah Hakim Rahman Aziz Qasim Hussein Najjar",
    ),
    "so": (
        "Hodan Ifrah Sahra Asha Fadumo Hawa Ayaan Idil Khadija Nimo Sagal Ubah Amal Ladan Deqa Hibaq",
        "Abdi Ayanle Bashir Dahir Farah Guled Hirsi Jama Liban Mahad Nuur Sahal Warsame Yusuf Zakariye Liiban",
        "Abdullahi Ahmed Ali Farah Hassan Ibrahim Jama Mohamed Omar Osman Warsame Yusuf",
    ),
    "ne": (
        "Aarati Anita Bimala Deepa Gita Kamala Maya Puja Sabina Sita Srijana Sunita Susmita Manju",
        "Arjun Bikash Deepak Ganesh Kiran Nabin Prakash Rajan Roshan Sagar Sanjay Suresh Bishal Manoj",
        "Adhikari Bhattarai Chhetri Dahal Gurung Karki Khadka Magar Rai Subedi Tamang Thapa",
    ),
    "am": (
        "Bethlehem Eden Feven Hana Hirut Kidist Mahlet Meron Rahel Ruth Selam Tigist",
        "Abel Biruk Dawit Eyob Henok Kaleb Mikias Natnael Samuel Yared Yonas Nahom",
        "Abebe Alemu Bekele Desta Getachew Haile Kebede Lemma Mengistu Tadesse Tesfaye Worku",
    ),
    "ru": (
        "Alina Anastasia Daria Elena Irina Ksenia Maria Natalia Olga Polina Sofia Vera",
        "Alexei Artem Dmitri Ivan Kirill Maxim Mikhail Nikita Pavel Roman Sergei Timur",
        "Antonenko Bondar Egorov Ivanenko Kozlov Lysenko Melnik Orlov Petrenko Romanov Sokolov Volkov",
    ),
}


@dataclass(frozen=True, slots=True)
class Pool:
    """Names of one language, common ones several times."""

    girls: tuple[str, ...]
    boys: tuple[str, ...]
    families: tuple[str, ...]


# Names that the lists misspell.
_SPELLED = {"Jos": "José", "José Manuél": "José Manuel"}


def _drawn(language: str, seed: int) -> Pool:
    if language in _LISTS:
        girls, boys, families = (tuple(names.split()) for names in _LISTS[language])
        return Pool(girls, boys, families)
    fake = Faker(_FAKER[language], use_weighting=True)
    fake.seed_instance(seed)
    kinds = (fake.first_name_female, fake.first_name_male, fake.last_name)
    return Pool(
        *(
            tuple(_SPELLED.get(name, name) for name in (kind() for _ in range(count)))
            for kind, count in zip(kinds, (900, 900, 1500), strict=True)
        )
    )


class Names:
    """Names people. The same seed gives the same pools."""

    def __init__(self, seed: int) -> None:
        self.pools = {language: _drawn(language, seed) for language, _share in HOME_LANGUAGES}
        self._languages = [language for language, _share in HOME_LANGUAGES]
        self._shares = [share for _language, share in HOME_LANGUAGES]

    def language(self, chance: Random) -> str:
        """The language of a home."""
        return chance.choices(self._languages, self._shares)[0]

    def given(self, language: str, female: bool, chance: Random) -> str:
        """A given name. Many families give their children an English name."""
        spoken = "en" if language != "en" and chance.random() < 0.25 else language
        pool = self.pools[spoken]
        return chance.choice(pool.girls if female else pool.boys).replace("-", " ")

    def family(self, language: str, chance: Random) -> str:
        """A family name; in Spanish often two."""
        pool = self.pools[language].families
        first = chance.choice(pool)
        second = chance.choice(pool) if language == "es" and chance.random() < 0.4 else first
        return first if second == first else f"{first} {second}"


def plain(name: str) -> str:
    """A name in the letters of a user name: "María José" -> "mariajose"."""
    letters = unicodedata.normalize("NFKD", name.replace("Đ", "D").replace("đ", "d")).encode(
        "ascii", "ignore"
    )
    return re.sub(r"[^a-z]", "", letters.decode().lower()) or "x"
