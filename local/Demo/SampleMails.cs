namespace Pipeline.Local.Demo;

/// <summary>Three mails that are in no corpus: written for this demo. The second borrows words that spam likes, to be less easy.</summary>
internal static class SampleMails
{
    /// <summary>Subject, empty line, body, as in the dataset.</summary>
    public static IReadOnlyList<string> Texts { get; } =
    [
        """
        Re: build breaks after the kernel upgrade

        I get the same error here since I moved to 2.4.19. It goes away if you rebuild the module against the
        new headers first, then run make clean. Could you post the output of lsmod and the last lines of dmesg?

        Regards,
        Martin
        """,
        """
        Free tickets for the users group meeting

        The speaker from last month has offered us five free tickets for his workshop next week. If you want one,
        reply to the list before Friday and I will put your name on it. First come, first served.

        See you there,
        Aoife
        """,
        """
        You have been selected - act now!!!

        Dear friend, earn $5,000 a week from home with NO experience and NO risk! Our amazing program has made
        thousands of ordinary people rich. This limited offer is 100% guaranteed. Click here now to claim your
        FREE information package. To be removed from this list, reply with REMOVE in the subject line.
        """,
    ];
}
