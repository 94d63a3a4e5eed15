using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Web.Common;

namespace WhatsAI.Tests.Common;

public sealed class LiveComponentTests : BunitContext
{
    private static readonly TenantId _tenant = Id.New<TenantId>(DateTimeOffset.UtcNow);
    private readonly EventHub _hub = new();
    private readonly Source _source = new();
    private readonly ManualTime _time = new();

    public LiveComponentTests()
    {
        var current = new CurrentTenant();
        current.Enter(_tenant);
        Services.AddSingleton(_hub).AddSingleton(current).AddSingleton(_source).AddSingleton<TimeProvider>(_time);
        Services.AddLocalization().AddScoped<ToastStack>();
    }

    [Fact]
    public void Event_during_the_first_load_leads_to_exactly_one_more_load()
    {
        _source.Hold();
        var page = Render<Page>();

        _hub.Publish(Changed());
        _hub.Publish(Changed());
        _source.Answer("new");
        _source.Release("old");

        page.WaitForAssertion(() => page.Markup.ShouldBe("new"));
        _source.Loads.ShouldBe(2);
    }

    [Fact]
    public void Event_after_the_load_loads_again()
    {
        _source.Answer("first");
        var page = Render<Page>();
        page.WaitForAssertion(() => page.Markup.ShouldBe("first"));

        _source.Answer("second");
        _hub.Publish(Changed());

        page.WaitForAssertion(() => page.Markup.ShouldBe("second"));
    }

    [Fact]
    public void Event_of_another_kind_loads_nothing()
    {
        _source.Answer("first");
        var page = Render<Page>();
        page.WaitForAssertion(() => page.Markup.ShouldBe("first"));

        _hub.Publish(new TenantSettingsChanged(_tenant));
        _hub.Publish(new InstanceChanged(Id.New<TenantId>(DateTimeOffset.UtcNow), default));
        _source.Answer("second");
        _hub.Publish(Changed());

        page.WaitForAssertion(() => page.Markup.ShouldBe("second"));
        _source.Loads.ShouldBe(2);
    }

    [Fact]
    public void Result_for_a_key_that_is_no_longer_shown_is_dropped()
    {
        _source.Hold();
        var page = Render<Page>(p => p.Add(c => c.Shown, "a"));

        page.Render(p => p.Add(c => c.Shown, "b"));
        _source.Answer("of b");
        _source.Release("of a");

        page.WaitForAssertion(() => page.Markup.ShouldBe("of b"));
        page.Instance.Applied.ShouldBe(["of b"]);
    }

    [Fact]
    public async Task Everything_changed_loads_again_within_two_seconds()
    {
        _source.Answer("first");
        var page = Render<Page>();
        page.WaitForAssertion(() => page.Markup.ShouldBe("first"));

        _source.Answer("second");
        _hub.Publish(new EverythingChanged(_tenant));

        await Wait.UntilAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(2));
                return page.Markup == "second";
            },
            "the reload",
            seconds: 5
        );
    }

    [Fact]
    public void Database_that_is_away_leaves_what_is_shown_and_is_asked_again()
    {
        _source.Answer("first");
        var page = Render<Page>();
        page.WaitForAssertion(() => page.Markup.ShouldBe("first"));

        _source.Refuse(new Npgsql.NpgsqlException("refused"));
        _hub.Publish(Changed());
        page.WaitForAssertion(() => _source.Loads.ShouldBe(2));
        page.Markup.ShouldBe("first");
        _source.Refuse(new InvalidOperationException("transient", new TimeoutException()));
        AdvanceUntil(page, () => _source.Loads >= 3);
        _source.Answer("second");

        AdvanceUntil(page, () => page.Markup == "second");
        Renderer.UnhandledException.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public void Database_that_is_away_from_the_start_is_said_and_asked_again()
    {
        _source.Refuse(new Npgsql.NpgsqlException("refused"));
        var page = Render<Page>();
        page.WaitForAssertion(() => page.Markup.ShouldBe("away"));

        _source.Answer("first");

        AdvanceUntil(page, () => page.Markup == "first");
    }

    [Fact]
    public void Refusal_that_is_a_bug_is_not_swallowed()
    {
        _source.Refuse(new Npgsql.PostgresException("no such column", "ERROR", "ERROR", Npgsql.PostgresErrorCodes.UndefinedColumn));

        Should.Throw<Npgsql.PostgresException>(() =>
        {
            var page = Render<Page>();
            page.WaitForState(() => false);
        });
    }

    private void AdvanceUntil(IRenderedComponent<Page> page, Func<bool> done) =>
        page.WaitForAssertion(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(20));
            done().ShouldBeTrue();
        });

    [Fact]
    public async Task Page_that_is_left_no_longer_listens()
    {
        _source.Answer("first");
        var page = Render<Page>();
        page.WaitForAssertion(() => page.Markup.ShouldBe("first"));

        await DisposeComponentsAsync();

        await Wait.UntilAsync(() => !_hub.HasSubscribers(_tenant), "the subscription's end");
    }

    private static InstanceChanged Changed() => new(_tenant, default);

    /// <summary>Answers loads; held ones wait for their release.</summary>
    private sealed class Source
    {
        private TaskCompletionSource<string>? _held;
        private string _answer = "";
        private Exception? _refusal;

        public int Loads { get; private set; }

        public void Hold() => _held = new TaskCompletionSource<string>();

        public void Answer(string answer) => (_answer, _refusal) = (answer, null);

        public void Refuse(Exception refusal) => _refusal = refusal;

        public void Release(string answer)
        {
            var held = _held!;
            _held = null;
            held.SetResult(answer);
        }

        public Task<string> ReadAsync()
        {
            Loads++;
            return _refusal is not null ? Task.FromException<string>(_refusal) : _held?.Task ?? Task.FromResult(_answer);
        }
    }

    private sealed class Page : LiveComponent
    {
        private string _text = "";

        [Inject]
        public Source Source { get; set; } = null!;

        [Parameter]
        public string Shown { get; set; } = "";

        public List<string> Applied { get; } = [];

        protected override object Key => Shown;

        protected override bool Shows(ConsoleEvent e) => e is InstanceChanged;

        protected override async Task<Action> LoadAsync(CancellationToken ct)
        {
            var text = await Source.ReadAsync();
            return () =>
            {
                _text = text;
                Applied.Add(text);
            };
        }

        protected override void BuildRenderTree(RenderTreeBuilder builder) => builder.AddContent(0, Away && !Loaded ? "away" : _text);
    }
}
