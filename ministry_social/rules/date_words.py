"""The names of months and weekdays, folded as the similarity check folds words: another date does not make another text."""

# From Unicode CLDR (a test compares), and below each what CLDR does not say: other cases, other names of the same months.
_WORDS = """
    ابريل اغسطس اكتوبر الاثنين الاحد الاربعاء الثلاثاء الجمعة الخميس السبت ديسمبر سبتمبر فبراير مارس مايو نوفمبر يناير يوليو يونيو
    شباط اذار نيسان ايار حزيران تموز ايلول كانون تشرين جانفي فيفري افريل جوان جويلية اوت الاتنين

    april august dezember dienstag donnerstag februar freitag januar juli juni mai marz mittwoch montag november oktober samstag
    september sonntag sonnabend

    december february friday january july june march may monday october saturday sunday thursday tuesday wednesday

    abril agosto diciembre domingo enero febrero jueves julio junio lunes martes marzo mayo miercoles noviembre octubre sabado
    septiembre viernes setiembre

    aout avril decembre dimanche fevrier janvier jeudi juillet juin lundi mardi mars mercredi novembre octobre samedi septembre
    vendredi

    aprile dicembre domenica febbraio gennaio giovedi giugno luglio lunedi maggio martedi sabato mercoledi ottobre settembre venerdi

    augustus dinsdag donderdag februari januari maandag maart mei vrijdag woensdag zaterdag zondag

    czerwca czerwiec czwartek grudnia grudzien kwiecien kwietnia lipca lipiec listopad listopada lutego luty maj maja marca marzec
    niedziela pazdziernik pazdziernika piatek poniedziałek sierpien sierpnia sobota sroda styczen stycznia wrzesien wrzesnia wtorek
    niedziele niedzieli sobote soboty srode srody

    dezembro feira fevereiro janeiro julho junho maio marco novembro outubro quarta quinta segunda setembro sexta terca

    август августа апрель апреля воскресенье вторник декабрь декабря июль июля июнь июня маи март марта мая ноябрь ноября октябрь
    октября понедельник пятница сентябрь сентября среда суббота февраль февраля четверг январь января
    августе апреле воскресенья декабре июле июне марте мае ноябре октябре понедельника пятницу пятницы сентябре среду среды субботу
    субботы феврале четверга вторника январе

    agustos aralık carsamba cuma cumartesi ekim eylul haziran kasım mart mayıs nisan ocak pazar pazartesi persembe salı subat temmuz

    березень березня вересень вересня вівторок грудень грудня жовтень жовтня квітень квітня липень липня лютии лютого неділя
    пʼятниця понеділок середа серпень серпня січень січня травень травня червень червня четвер
    неділю неділі середу середи суботу суботи субота пятниця пятницю листопада
"""

DATE_WORDS = frozenset(_WORDS.split())
