using System.Text;
using System.Text.Json.Nodes;
using Parquet;
using Parquet.Schema;
using Pipeline.Core;
using Pipeline.Functions.Serving.Batching;
using Pipeline.IntegrationTests.Fixtures;

namespace Pipeline.IntegrationTests.Scoring;

/// <summary>Files that are dropped for a model to classify.</summary>
public sealed class ScoringTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>, IAsyncLifetime
{
    private readonly WinModels _models = new();
    private ScoringRig _rig = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _rig = await ScoringRig.StartAsync(azurite, _models);

    public async ValueTask DisposeAsync()
    {
        if (_rig is not null)
            await _rig.DisposeAsync();
    }

    [Fact]
    public async Task A_table_comes_out_as_it_was_with_the_answer_behind_each_row()
    {
        await _rig.DropAsync("mail/march/a.csv", "id,text,label\r\n1,\"you win, now\",ham\r\n2,hello,ham\r\n");

        Assert.Equal(
            ["id,text,label,predicted_label,predicted_score,score_ham,score_spam,error", "1,\"you win, now\",ham,spam,0.880797,0.119203,0.880797,", "2,hello,ham,ham,0.880797,0.880797,0.119203,"],
            await _rig.LinesAsync("mail/march/a.csv"));
        Assert.Equal(["mail/march/a.csv", "mail/march/a.csv.summary.json"], await _rig.OutboxAsync());
    }

    [Fact]
    public async Task Rows_that_cannot_be_classified_say_why_and_the_summary_counts_them()
    {
        await _rig.DropAsync("mail/a.csv", [.. "id,text\n1,win\n2,\n3,a,b\n4,b"u8, 0xFF, .. "d\n5,\n6,win win\n"u8]);

        var lines = await _rig.LinesAsync("mail/a.csv");
        Assert.Equal(7, lines.Length);
        Assert.Equal("2,,,,,,empty-text in line 3: There is no text in column 'text'.", lines[2]);
        Assert.StartsWith("3,a,,,,,\"ragged-row in line 4: The row has 3 fields instead of 2", lines[3], StringComparison.Ordinal);
        Assert.StartsWith("4,b\uFFFDd,,,,,\"bad-encoding in line 5: ", lines[4], StringComparison.Ordinal);
        var summary = await _rig.JsonAsync("mail/a.csv.summary.json");
        Assert.Equal((6, 2, 4), ((int)summary["rows"]!, (int)summary["classified"]!, (int)summary["failed"]!));
        Assert.Equal(("mail", "v1", "mail/a.csv"), ((string?)summary["model"], (string?)summary["version"], (string?)summary["result"]));
        Assert.Equal([("empty-text", 2, 3), ("ragged-row", 1, 4), ("bad-encoding", 1, 5)], summary["failures"]!.AsArray().Select(f => ((string)f!["code"]!, (int)f["count"]!, (int)f["first_line"]!)));
        Assert.Equal("""{"ham":0,"spam":2}""", summary["labels"]!.ToJsonString());
    }

    [Fact]
    public async Task Json_lines_keep_their_properties()
    {
        await _rig.DropAsync("mail/a.jsonl", "{\"id\": 1.50, \"text\": \"win\", \"tags\": [\"x\"]}\nnonsense\n{\"text\":\"hello\",\"prediction\":\"old\"}\n");

        var lines = await _rig.LinesAsync("mail/a.jsonl");
        Assert.Equal("""{"id": 1.50,"text": "win","tags": ["x"],"prediction":{"label":"spam","score":0.880797,"scores":{"spam":0.880797,"ham":0.119203}}}""", lines[0]);
        Assert.Equal(("bad-json", 2), ((string?)JsonNode.Parse(lines[1])!["error"]!["code"], (int)JsonNode.Parse(lines[1])!["error"]!["line"]!));
        Assert.Equal("""{"text":"hello","prediction":{"label":"ham","score":0.880797,"scores":{"ham":0.880797,"spam":0.119203}}}""", lines[2]);
    }

    [Fact]
    public async Task A_document_and_parquet_come_out_as_json_lines()
    {
        await _rig.DropAsync("mail/a.json", "[\n {\"text\": \"win\",\n  \"id\": 1},\n {\"text\": \"hello\"}\n]");
        await _rig.DropAsync("mail/a.parquet", await ParquetAsync(["hello", "win"], [7, 8]));

        Assert.StartsWith("{\"text\": \"win\",\"id\": 1,\"prediction\":{\"label\":\"spam\"", (await _rig.LinesAsync("mail/a.json.jsonl"))[0], StringComparison.Ordinal);
        var rows = await _rig.LinesAsync("mail/a.parquet.jsonl");
        Assert.StartsWith("{\"text\":\"hello\",\"id\":7,\"prediction\":{\"label\":\"ham\"", rows[0], StringComparison.Ordinal);
        Assert.StartsWith("{\"text\":\"win\",\"id\":8,\"prediction\":{\"label\":\"spam\"", rows[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_beside_the_file_say_how_it_is_read_and_written()
    {
        await _rig.UploadAsync("mail/a.options.json", """{"text_column": "body", "format": "jsonl", "top_k": 1}""");
        await _rig.DropAsync("mail/a.csv", "text,body\nhello,win\n");

        Assert.Equal("""{"text":"hello","body":"win","prediction":{"label":"spam","score":0.880797,"scores":{"spam":0.880797}}}""", Assert.Single(await _rig.LinesAsync("mail/a.csv.jsonl")));
        Assert.Null(_rig.Queue.Take());
    }

    [Fact]
    public async Task Several_labels_have_their_form()
    {
        _models.ProblemType = ProblemType.MultiLabelClassification;
        await _rig.DropAsync("mail/a.csv", "text\nwin\n");
        await _rig.UploadAsync("mail/b.csv.options.json", """{"threshold": 0.2, "top_k": 2}""");
        await _rig.DropAsync("mail/b.csv", "text\nwin\n");
        Assert.Equal("win,\"[\"\"spam\"\"]\",0.731059,0.268941,0.731059,", (await _rig.LinesAsync("mail/a.csv"))[1]);
        Assert.Equal(
            ["text,predicted_label,predicted_score,predicted_label_2,predicted_score_2,error", "win,\"[\"\"spam\"\",\"\"ham\"\"]\",0.731059,ham,0.268941,"], await _rig.LinesAsync("mail/b.csv"));
    }

    [Fact]
    public async Task A_model_of_numbers_and_pairs_has_its_form()
    {
        (_models.ProblemType, _models.HasPairs) = (ProblemType.Regression, true);
        await _rig.DropAsync("mail/c.csv", "text1,text2\nabcd,b\nabcdef,b\n");
        await _rig.DropAsync("mail/d.jsonl", "{\"text1\":\"abc\",\"text2\":\"d\"}\n{\"text1\":\"abc\"}\n");

        Assert.Equal(["text1,text2,predicted_value,error", "abcd,b,4,", "abcdef,b,6,"], await _rig.LinesAsync("mail/c.csv"));
        var summary = await _rig.JsonAsync("mail/c.csv.summary.json");
        Assert.Equal((5.0, null), ((double)summary["mean_value"]!, summary["labels"]));
        var lines = await _rig.LinesAsync("mail/d.jsonl");
        Assert.Equal("""{"text1":"abc","text2":"d","prediction":{"value":3}}""", lines[0]);
        Assert.Equal("pair-expected", (string?)JsonNode.Parse(lines[1])!["error"]!["code"]);
    }

    [Fact]
    public async Task Rows_say_which_words_moved_them_where_the_options_ask()
    {
        await _rig.UploadAsync("mail/a.options.json", """{"explain": {"words": 1}, "top_k": 1}""");
        await _rig.DropAsync("mail/a.csv", "text\nyou win\n");
        await _rig.DropAsync("mail/a.jsonl", "{\"text\":\"you win\"}\n");

        Assert.Equal(
            ["text,predicted_label,predicted_score,words,error", "you win,spam,0.880797,\"[{\"\"start\"\":4,\"\"end\"\":7,\"\"word\"\":\"\"win\"\",\"\"weight\"\":4}]\","],
            await _rig.LinesAsync("mail/a.csv"));
        Assert.EndsWith(",\"words\":[{\"start\":4,\"end\":7,\"word\":\"win\",\"weight\":4}]}}", (await _rig.LinesAsync("mail/a.jsonl"))[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_killed_instance_is_followed_by_another_that_goes_on_with_the_same_result()
    {
        var file = Table(100);
        await using var whole = await ScoringRig.StartAsync(azurite, new WinModels(), "Pipeline:Scoring:BlockRows=10");
        await whole.DropAsync("mail/a.csv", file);

        var models = new WinModels();
        await using var rig = await ScoringRig.StartAsync(azurite, models, "Pipeline:Scoring:BlockRows=10", "Pipeline:Scoring:TextsAtOnce=4");
        await rig.UploadAsync("mail/a.csv", file);
        await rig.ReceiveAsync("mail/a.csv");
        var request = rig.Queue.Take()!;
        models.Before = texts =>
        {
            if (texts.Any(t => t.Text == "text 45"))
                throw new IOException("killed");
        };
        await Assert.ThrowsAsync<IOException>(() => rig.HandleAsync(request));
        Assert.Equal(["mail/a.csv.progress.json"], await rig.OutboxAsync()); // nobody sees half a result
        var before = models.Classified.Count;
        models.Before = _ => { };

        await rig.HandleAsync(request);

        Assert.Equal(await whole.TextAsync("mail/a.csv"), await rig.TextAsync("mail/a.csv"));
        Assert.Equal(60, models.Classified.Count - before); // four blocks of ten were there
        Assert.Equal(100, (int)(await rig.JsonAsync("mail/a.csv.summary.json"))["rows"]!);
        Assert.Equal(["mail/a.csv", "mail/a.csv.summary.json"], await rig.OutboxAsync());
    }

    [Fact]
    public async Task Slice_after_slice_has_the_version_of_the_start()
    {
        await using var rig = await ScoringRig.StartAsync(azurite, _models, "Pipeline:Scoring:BlockRows=2", "Pipeline:Scoring:Slice=00:00:00");
        await rig.UploadAsync("mail/a.csv", Table(5));
        await rig.ReceiveAsync("mail/a.csv");
        await rig.HandleAsync(rig.Queue.Take()!);
        _models.Production = "odd";

        Assert.Equal(3, await rig.WorkAsync());

        Assert.Equal("v1", (string?)(await rig.JsonAsync("mail/a.csv.summary.json"))["version"]);
        Assert.All((await rig.LinesAsync("mail/a.csv")).Skip(1), line => Assert.Contains(",ham,0.88", line, StringComparison.Ordinal));
        // What is dropped from now on has the new one.
        await rig.DropAsync("mail/b.csv", "text\nhello\n");
        Assert.Contains(",spam,", (await rig.LinesAsync("mail/b.csv"))[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nobody/a.csv", "text\nhello\n", "no-such-model", null)]
    [InlineData("a.csv", "text\nhello\n", "no-model-folder", null)]
    [InlineData("mail/a.xlsx", "text\nhello\n", "unknown-format", null)]
    [InlineData("mail/a.csv", "", "empty-file", null)]
    [InlineData("mail/a.csv", "text\n", "empty-file", null)]
    [InlineData("mail/a.csv", "id,text\n1,good\n2,\"never closed\n", "unbalanced-quotes", 3)]
    [InlineData("mail/a.parquet", "text\nhello\n", "damaged-parquet", null)]
    public async Task A_file_that_cannot_be_classified_gets_an_error_and_is_not_tried_again(string blob, string content, string code, int? line)
    {
        Assert.Equal(1, await _rig.DropAsync(blob, content));

        var error = await _rig.JsonAsync($"{blob}.error.json");
        Assert.Equal((code, blob, line), ((string?)error["code"], (string?)error["file"], (int?)error["line"]));
        Assert.NotEmpty((string)error["message"]!);
        Assert.NotEmpty((string)error["fix"]!);
        Assert.Equal([$"{blob}.error.json"], await _rig.OutboxAsync());
    }

    [Theory]
    [InlineData("""{"text_colum": "a"}""", "text_colum")]
    [InlineData("""{"top_k": 0}""", "top_k")]
    [InlineData("""{"threshold": 0.4}""", "threshold")]
    [InlineData("""{"format": "csv"}""", "format")]
    [InlineData("""{"explain": {"words": 0}}""", "explain")]
    [InlineData("""{"top_k": "two"}""", "'top_k' has a value")]
    [InlineData("""["text"]""", "one JSON object")]
    [InlineData("""{""", "line 1")]
    public async Task Options_that_cannot_be_used_are_named(string options, string word)
    {
        await _rig.UploadAsync("mail/a.options.json", options);
        await _rig.DropAsync("mail/a.jsonl", "{\"text\":\"win\"}\n");

        var error = await _rig.JsonAsync("mail/a.jsonl.error.json");
        Assert.Equal("bad-options", (string?)error["code"]);
        Assert.Contains(word, (string)error["message"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_upload_of_the_name_takes_the_place_of_the_first()
    {
        await _rig.DropAsync("mail/a.csv", "text\n\"win\n");
        await _rig.DropAsync("mail/a.csv", "text\nwin\n");

        Assert.Equal(["mail/a.csv", "mail/a.csv.summary.json"], await _rig.OutboxAsync());
    }

    [Fact]
    public async Task A_message_about_an_upload_that_was_replaced_does_nothing()
    {
        await _rig.UploadAsync("mail/a.csv", "text\nwin\n");
        await _rig.ReceiveAsync("mail/a.csv");
        await _rig.UploadAsync("mail/a.csv", "text\nhello\n");

        await _rig.WorkAsync();

        Assert.Empty(await _rig.OutboxAsync());
        Assert.Empty(_models.Classified);
    }

    [Fact]
    public async Task Where_the_queue_of_the_model_is_full_the_file_waits()
    {
        var refusals = 0;
        _models.Before = _ =>
        {
            if (Interlocked.Increment(ref refusals) <= 3)
                throw new OverloadedException("full");
        };

        await _rig.DropAsync("mail/a.csv", "text\nwin\n");

        Assert.Equal(4, refusals);
        Assert.Contains("win,spam,", (await _rig.LinesAsync("mail/a.csv"))[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_no_delivery_could_do_ends_with_an_error_unless_it_got_further()
    {
        await using var rig = await ScoringRig.StartAsync(azurite, _models, "Pipeline:Scoring:BlockRows=2");
        await rig.UploadAsync("mail/a.csv", Table(6));
        await rig.ReceiveAsync("mail/a.csv");
        var request = rig.Queue.Take()!;
        _models.Before = texts =>
        {
            if (texts.Any(t => t.Text == "text 3"))
                throw new IOException("killed");
        };
        await Assert.ThrowsAsync<IOException>(() => rig.HandleAsync(request));

        await rig.GiveUpAsync(request);
        var next = rig.Queue.Take()!;
        Assert.Equal((1, 1), (next.Slice, next.Blocks));
        await rig.GiveUpAsync(next);

        Assert.Null(rig.Queue.Take());
        Assert.Equal("scoring-failed", (string?)(await rig.JsonAsync("mail/a.csv.error.json"))["code"]);
        // A message of it that still comes finds it done.
        await rig.HandleAsync(next);
        Assert.Equal(["mail/a.csv.error.json"], await rig.OutboxAsync());
    }

    [Fact]
    public async Task An_upload_that_no_delivery_could_take_in_ends_with_an_error_that_says_why()
    {
        await _rig.UploadAsync("mail/lost.csv", Table(3));

        await _rig.GiveUpUploadAsync("mail/lost.csv", await _rig.ETagAsync("mail/lost.csv"));

        var error = await _rig.JsonAsync("mail/lost.csv.error.json");
        Assert.Equal(("scoring-failed", await _rig.ETagAsync("mail/lost.csv")), ((string?)error["code"], (string?)error["e_tag"]));
        Assert.Contains("'mail/lost.csv' did not come to stand in line: the queue gave up its message (MaxDeliveryCountExceeded).", (string?)error["message"], StringComparison.Ordinal);
        Assert.Contains("Upload the file again", (string?)error["fix"], StringComparison.Ordinal);
        Assert.Null(_rig.Queue.Take());
    }

    [Fact]
    public async Task An_upload_that_is_done_or_gone_or_of_options_is_not_given_up()
    {
        await _rig.DropAsync("mail/done.csv", Table(3));
        await _rig.UploadAsync("mail/done.options.json", "{}");

        Assert.Contains("nothing to give up", await _rig.GiveUpUploadAsync("mail/done.csv", await _rig.ETagAsync("mail/done.csv")), StringComparison.Ordinal);
        Assert.Contains("gone", await _rig.GiveUpUploadAsync("mail/gone.csv", "0x1"), StringComparison.Ordinal);
        Assert.Contains("holds options", await _rig.GiveUpUploadAsync("mail/done.options.json", "0x1"), StringComparison.Ordinal);
        Assert.DoesNotContain(await _rig.OutboxAsync(), name => name.EndsWith(".error.json", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_an_upload_was_replaced_since_what_is_there_now_comes_to_stand_in_line()
    {
        await _rig.UploadAsync("mail/replaced.csv", Table(3));
        var etag = await _rig.ETagAsync("mail/replaced.csv");
        await _rig.UploadAsync("mail/replaced.csv", Table(4));

        await _rig.GiveUpUploadAsync("mail/replaced.csv", etag);

        Assert.Equal(1, await _rig.WorkAsync());
        Assert.Equal(5, (await _rig.LinesAsync("mail/replaced.csv")).Length);
    }

    private static string Table(int rows)
    {
        var csv = new StringBuilder("id,text\n");
        for (var i = 0; i < rows; i++)
            csv.Append($"{i},text {i}\n");
        return csv.ToString();
    }

    private static async Task<byte[]> ParquetAsync(string[] texts, long[] ids)
    {
        var (text, id) = (new DataField<string>("text"), new DataField<long>("id"));
        using var content = new MemoryStream();
        await using (var writer = await ParquetWriter.CreateAsync(new ParquetSchema(text, id), content, cancellationToken: Cancel))
        {
            using var group = writer.CreateRowGroup();
            await group.WriteAsync(text, texts);
            await group.WriteAsync<long>(id, ids, cancellationToken: Cancel);
        }

        return content.ToArray();
    }
}
