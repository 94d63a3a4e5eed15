using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Web.Common;

namespace WhatsAI.Tests.Common;

/// <summary>A list of ten, three a page.</summary>
public sealed class RowPagesTests
{
    private readonly RowPages<int, string> _list = new(7, n => n);

    [Fact]
    public async Task Grows_by_pages_to_its_bound_and_says_that_there_are_others()
    {
        _list.IsEmpty.ShouldBeTrue();
        _list.Show(await _list.ReadAsync(PageAsync, 0));
        (_list.Rows.Count, _list.HasMore, _list.IsFull).ShouldBe((3, true, false));

        await _list.MoreAsync(PageAsync, () => true);
        await _list.MoreAsync(PageAsync, () => true);

        _list.Rows.ShouldBe(Enumerable.Range(0, 9));
        (_list.HasMore, _list.IsFull).ShouldBe((true, true));
    }

    [Fact]
    public async Task Read_again_it_is_as_long_as_before()
    {
        (await _list.ReadAsync(PageAsync, 5)).Rows.ShouldBe(Enumerable.Range(0, 6));
        (await _list.ReadAsync(PageAsync, 1_000)).Rows.Count.ShouldBe(9);
    }

    [Fact]
    public async Task Row_that_moved_to_a_further_page_is_shown_once()
    {
        _list.Show(await _list.ReadAsync(PageAsync, 0));

        await _list.MoreAsync(_ => Task.FromResult(new KeyPage<int, string>([2, 3], null)), () => true);

        _list.Rows.ShouldBe([0, 1, 2, 3]);
    }

    [Fact]
    public async Task Page_of_a_list_that_is_no_longer_shown_is_dropped()
    {
        _list.Show(await _list.ReadAsync(PageAsync, 0));

        await _list.MoreAsync(PageAsync, () => false);
        _list.Rows.Count.ShouldBe(3);

        var (asked, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        var more = _list.MoreAsync(
            async after =>
            {
                asked.SetResult();
                await goOn.Task;
                return await PageAsync(after);
            },
            () => true
        );
        await asked.Task;
        _list.IsLoading.ShouldBeTrue();
        _list.Show(new KeyPage<int, string>([100], "100"));
        goOn.SetResult();
        await more;

        _list.Rows.ShouldBe([100]);
        _list.IsLoading.ShouldBeFalse();
    }

    [Fact]
    public async Task Search_that_found_nobody_yet_is_not_empty_while_it_can_go_on()
    {
        _list.Show(new KeyPage<int, string>([], "6"));
        _list.IsEmpty.ShouldBeFalse();

        await _list.MoreAsync(PageAsync, () => true);

        _list.Rows.ShouldBe([7, 8, 9]);
        _list.HasMore.ShouldBeFalse();
    }

    [Fact]
    public async Task Failed_page_can_be_asked_for_again()
    {
        _list.Show(await _list.ReadAsync(PageAsync, 0));

        await Should.ThrowAsync<TimeoutException>(() => _list.MoreAsync(_ => throw new TimeoutException(), () => true));
        await _list.MoreAsync(PageAsync, () => true);

        _list.Rows.Count.ShouldBe(6);
    }

    private static Task<KeyPage<int, string>> PageAsync(string? after)
    {
        var from = after is null ? 0 : int.Parse(after, System.Globalization.CultureInfo.InvariantCulture) + 1;
        var rows = Enumerable.Range(from, Math.Min(3, 10 - from)).ToArray();
        return Task.FromResult(new KeyPage<int, string>(rows, from + 3 < 10 ? $"{rows[^1]}" : null));
    }
}
