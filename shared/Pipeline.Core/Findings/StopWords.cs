namespace Pipeline.Core.Findings;

/// <summary>The commonest short words of languages in Latin script. A word that is common in several stands with each of them.</summary>
internal static class StopWords
{
    private static readonly (string Language, string Words)[] Lists =
    [
        ("English", "the and of to in is that for it was on are with as his they be at have this from or had by not but what all were when your can said there each which she do how their if will up other about out many then them these so some her would make like him into time has more two see could been who now find down did get come made may over i you my me he an we our us than just because very a does did am mean me him his was t s d ll ve re m"),
        ("German", "der die das und ist nicht ein eine einen einem einer ich zu den dem des mit sich auf für sie er es wir ihr im auch als an nach wie aus bei wenn nur noch werden wird war aber oder hat haben kann sind vom zum zur über durch dass daß so um am sehr mehr mein meine kein keine was"),
        ("French", "le la les et des un une est que qui dans pour pas sur ce cette au aux avec il elle nous vous ils je ne se plus par mais ou son sa ses leur du en de d l c s qu n m très être ont sont était fait comme tout si bien mon ma mes votre où"),
        ("Spanish", "el la los las y de que en un una es por con no para su al lo como más pero sus le ya o este sí porque esta entre cuando muy sin sobre también me hasta hay donde quien desde todo nos durante ni contra ese eso mi qué son del se fue está tiene"),
        ("Portuguese", "o a os as e de que em um uma é por com não para seu sua ao do da dos das no na nos nas mais mas como foi se ele ela você eu me meu minha já também só pelo pela até isso muito são está tem quando sem nem"),
        ("Italian", "il lo la i gli le e di che in un una è per con non del della dei delle nel nella al alla ma come anche più sono ha ho si ci questo questa se da dal dalla o io mi tutto molto essere perché sul sulla suo sua"),
        ("Dutch", "de het een en van is dat niet in op te zijn voor met die ik je hij zij we er aan om als maar ook bij nog naar dan wel geen was heeft uit door over deze dit wat mijn worden werd ze u tot kan wij haar"),
        ("Swedish", "och att det som en på är av för med den till inte ett om han har jag vi men var så de från vid kan hade när eller också efter mycket mig dig sig ska alla här hon deras sin"),
        ("Danish or Norwegian", "og at det som en på er av af for med den til ikke et om han har jeg vi men var så de fra ved kan hadde havde når eller også etter efter meg mig seg sig skal alle her hun ble blev etter"),
        ("Finnish", "ja on ei että se hän oli mutta kun niin ovat tai olla joka myös sen mitä jos vain nyt ole hänen tämä kuin siitä minä sinä mukaan jälkeen koska"),
        ("Polish", "i w nie na się z do to że jest o jak ale po co tak za od by dla jego był tylko być są może przez czy ten ta już lub ich pod oraz które"),
        ("Czech", "a je se na v to že s z do o jsem ale za by jako pro jak který od už po tak si nebo byl jeho jsou své být také když až"),
        ("Turkish", "ve bir bu için da de ile çok ne gibi daha o olarak olan ama var kadar sonra en ben sen biz mi değil şey her ki diye"),
        ("Indonesian or Malay", "yang dan di ini itu dengan untuk tidak dari dalam akan pada juga saya ke karena ada kamu adalah oleh mereka atau sudah bisa kita lebih"),
        ("Romanian", "și în de la cu nu pe că este un o din se care mai pentru a au fost sunt ca dar sau prin după când am ce lui"),
        ("Hungarian", "a az és hogy nem is egy ez van de ha meg csak mint már volt el még ki vagy be azt minden én lesz nagyon"),
        ("Vietnamese", "và của là có không một cho được trong người các này với những để tôi đã ở khi từ về"),
    ];

    private static readonly Dictionary<uint, uint> Masks = Build();

    /// <summary>The languages by the number of their bit.</summary>
    public static IReadOnlyList<string> Languages { get; } = [.. Lists.Select(l => l.Language)];

    /// <summary>One bit for each language that has the word; 0 for none.</summary>
    public static uint LanguagesOf(uint word) => Masks.GetValueOrDefault(word);

    private static Dictionary<uint, uint> Build()
    {
        var masks = new Dictionary<uint, uint>();
        for (var language = 0; language < Lists.Length; language++)
        {
            foreach (var word in Lists[language].Words.Split(' '))
            {
                var hash = WordScan.Hash(word);
                masks[hash] = masks.GetValueOrDefault(hash) | (1u << language);
            }
        }

        return masks;
    }
}
