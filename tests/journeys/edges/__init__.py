"""The thirty edges of Gmail that a sync must survive, and the tests that show each.

Journeys on both backends against the simulated Gmail; a test lies elsewhere where its subject is another one.
What the design rules out (sending, attachments' bytes, batches) is shown by the calls that can be made at all.
`test_table.py` holds this table to the tests there are.

 1  a push equal to the cursor with changes pending
    tests/journeys/test_push.py
      test_a_push_equal_to_the_cursor_has_its_changes_brought_in
    tests/journeys/edges/test_history.py
      test_an_id_that_gmail_names_and_does_not_show_yet_is_not_passed_though_nobody_was_told_of_it
    tests/journeys/edges/test_pushes.py
      test_what_comes_while_another_is_looked_for_is_not_passed_before_the_index_knows_it
 2  a push older than the cursor
    tests/journeys/test_push.py
      test_a_push_older_than_the_cursor_is_acknowledged_and_moves_nothing_back
 3  doubled and reordered pushes
    tests/journeys/test_push.py
      test_doubled_and_reordered_pushes_end_like_one
    tests/journeys/edges/test_pushes.py
      test_whatever_becomes_of_them_by_chance_all_of_it_is_in_lever_in_the_end_and_once
 4  no push for a day
    tests/journeys/test_push.py
      test_with_no_push_at_all_for_a_day_everything_comes_in_by_polling
 5  an unknown address, one in capitals, ids as number and string
    tests/addon/web/test_push.py
      test_an_address_in_any_case_and_a_history_id_of_either_kind_ring
    tests/journeys/test_push.py
      test_a_push_for_an_unknown_address_runs_nobody
 6  a forged, expired or foreign token
    tests/addon/web/test_push.py
      test_only_googles_token_for_this_url_and_this_account_rings
 7  an empty page with a next one
    tests/journeys/edges/test_history.py
      test_an_empty_page_that_has_a_next_one_is_not_the_end
 8  a crash between pages, and between commit and reading
    tests/journeys/test_interrupted.py
      test_a_crash_between_two_pages_of_history_loses_nothing
    tests/journeys/test_interrupted.py
      test_a_crash_between_the_commit_and_the_reading_loses_nothing
 9  two workers, a lease taken over
    tests/journeys/test_interrupted.py
      test_a_worker_whose_lease_was_taken_over_in_the_middle_commits_nothing_more
10  a cursor that rolls over a digit
    tests/journeys/edges/test_history.py
      test_history_ids_are_compared_as_numbers_and_roll_over_a_digit
11  404 on the cursor, and on the next one
    tests/journeys/edges/test_reconcile.py
      test_after_a_missed_week_the_store_is_what_an_unbroken_run_would_have_left
    tests/journeys/edges/test_reconcile.py
      test_a_new_cursor_that_gmail_denies_as_well_ends_in_one_repair_and_no_loop
12  404 in the middle of paging
    tests/journeys/edges/test_reconcile.py
      test_after_a_lost_page_in_the_middle_nothing_is_missing_and_nothing_doubled
13  mail that cannot be read, three times
    tests/journeys/test_set_aside.py
      test_after_three_starts_it_is_set_aside_and_the_rest_goes_on
14  a page of nothing that is ours
    tests/journeys/edges/test_history.py
      test_where_all_of_it_is_irrelevant_the_cursor_moves_and_nothing_is_stored
15  the label on a thread of ten
    tests/bench/test_units.py
      test_an_event_costs_exactly_what_we_hold_ourselves_to_and_makes_no_other_call
16  a reply, which has no label
    tests/journeys/test_label.py
      test_a_reply_without_the_label_follows
17  the label off one message, then off the last
    tests/journeys/edges/test_labels.py
      test_the_label_off_one_message_changes_nothing_and_off_the_last_one_ends_the_following
18  on and off again before anybody looked
    tests/journeys/test_which_label.py
      test_labelled_and_unlabelled_before_anybody_looked_brings_nothing_in
19  a filter that labels on delivery
    tests/journeys/test_which_label.py
      test_a_filter_that_labels_on_delivery_brings_the_thread_in
20  renamed, deleted, made again, look-alikes
    tests/journeys/test_which_label.py
      test_a_renamed_label_keeps_working
    tests/journeys/test_which_label.py
      test_a_deleted_label_ends_the_following_and_the_panel_says_so
    tests/journeys/test_which_label.py
      test_a_label_made_again_works_again_and_home_says_so
    tests/journeys/test_which_label.py
      test_labels_that_only_look_alike_bring_nothing_in
    tests/journeys/edges/test_labels.py
      test_the_same_name_with_a_blank_is_another_label
    tests/journeys/edges/test_labels.py
      test_of_two_labels_that_look_like_it_neither_is_bound_nor_offered
21  the label on archived mail, in the bin, in spam
    tests/journeys/edges/test_labels.py
      test_a_label_on_archived_mail_brings_it_in
    tests/journeys/edges/test_labels.py
      test_a_label_on_mail_in_the_bin_or_in_spam_stores_nothing_until_it_is_taken_out_of_there
22  a filter applied to thousands
    tests/journeys/test_fairness.py
      test_a_reply_does_not_wait_for_a_filter_applied_to_thousands_in_the_same_mailbox
    tests/addon/gateways/test_pace.py
      test_in_no_window_more_goes_than_a_burst_and_sixty_a_second
23  a draft saved twenty times, then sent
    tests/journeys/edges/test_mail.py
      test_a_draft_saved_twenty_times_is_never_read_and_what_is_sent_of_it_is_stored_once
24  mail scheduled for later
    tests/journeys/edges/test_mail.py
      test_a_scheduled_mail_is_stored_when_it_is_sent_and_not_before
    tests/journeys/edges/test_mail.py
      test_a_scheduled_mail_that_is_called_off_was_never_in_lever
25  deleted before it was read
    tests/journeys/edges/test_mail.py
      test_a_reply_deleted_before_it_was_read_is_no_error_and_the_rest_is_stored
    tests/journeys/edges/test_mail.py
      test_a_labelled_thread_deleted_before_it_was_read_leaves_no_record
    tests/journeys/edges/test_mail.py
      test_what_gmail_tells_of_before_it_can_be_read_is_asked_for_a_second_time
    tests/journeys/edges/test_mail.py
      test_what_is_not_there_when_it_is_asked_for_again_is_gone
26  into the bin, out of it, gone; rescued from spam
    tests/journeys/edges/test_mail.py
      test_what_is_stored_stays_through_the_bin_out_of_it_again_and_to_the_end_in_gmail
    tests/journeys/edges/test_mail.py
      test_a_reply_that_gmail_took_for_spam_comes_in_when_it_is_rescued
27  splits, two mailboxes, Message-IDs missing, doubled, bare
    tests/journeys/edges/test_mail.py
      test_a_thread_that_gmail_splits_is_followed_to_its_hundredth_mail_and_joins_when_it_is_synced
    tests/journeys/edges/test_mail.py
      test_another_subject_is_another_thread_that_comes_in_only_when_it_is_synced
    tests/journeys/test_one_conversation.py
      test_the_same_mail_in_two_mailboxes_is_one_conversation_with_two_holders
    tests/journeys/test_one_conversation.py
      test_two_conversations_that_turn_out_to_share_a_mail_become_one_and_stay_secret
    tests/journeys/test_one_conversation.py
      test_a_stranger_who_repeats_a_message_id_joins_nothing
    tests/journeys/edges/test_mail.py
      test_without_a_message_id_the_same_mail_in_two_mailboxes_is_two_and_read_again_it_is_one
    tests/journeys/edges/test_mail.py
      test_a_message_id_without_its_brackets_names_the_same_mail
28  sending, which cannot be spelled; an answer lost, a Message-ID rewritten, what is forged
    tests/addon/gateways/test_gmail.py
      test_no_endpoint_deletes_trashes_or_sends
    tests/journeys/test_begun_in_lever.py
      test_where_gmails_answer_is_lost_the_draft_is_known_all_the_same
    tests/journeys/test_begun_in_lever.py
      test_what_was_written_as_secret_and_sent_is_in_lever_and_secret_from_its_first_message
    tests/journeys/test_answers_elsewhere.py
      test_what_is_not_proven_does_not_come_in_and_leaves_counts_only
    tests/journeys/test_one_conversation.py
      test_citing_a_secret_one_holds_without_sight_opens_nothing_and_removes_nothing
29  padding, charsets, huge files, twins, near addresses, lists
    tests/addon/gateways/test_mime.py
      test_a_body_is_read_with_and_without_padding
    tests/addon/gateways/test_mime.py
      test_html_that_names_another_encoding_than_gmail_gave_it_in_is_read
    tests/journeys/edges/test_mail.py
      test_of_a_mail_with_a_huge_file_the_words_and_the_files_name_are_stored_and_no_byte_is_fetched
    tests/addon/gateways/test_mime.py
      test_the_file_twin_of_an_invitation_is_not_listed
    tests/journeys/edges/test_mail.py
      test_a_gmail_address_with_dots_and_a_tag_is_the_candidates
    tests/journeys/edges/test_mail.py
      test_list_mail_is_about_whom_it_copies_and_not_whom_it_is_to_and_a_near_address_is_nobodys
30  access that ends or narrows, quotas, the domain's no
    tests/journeys/edges/test_trouble.py
      test_access_that_ends_between_two_threads_is_a_state_and_reconnecting_reads_the_second
    tests/journeys/edges/test_trouble.py
      test_a_box_unticked_at_the_next_consent_stays_a_state_and_ticked_it_goes_on_where_it_was
    tests/journeys/edges/test_trouble.py
      test_a_token_that_also_has_the_metadata_scope_is_a_state_and_loses_nothing
    tests/journeys/edges/test_trouble.py
      test_a_mailbox_that_gmail_slows_down_in_the_middle_rests_and_goes_on_where_it_was
    tests/journeys/edges/test_trouble.py
      test_a_time_three_hours_away_is_waited_for_and_nothing_is_asked_before
    tests/journeys/edges/test_trouble.py
      test_gmail_switched_off_by_the_domain_is_a_state_that_ends_by_itself
    tests/journeys/edges/test_trouble.py
      test_turned_off_between_two_threads_nothing_is_stored_after_it
    tests/journeys/test_import_interrupted.py
      test_turning_email_off_ends_it_and_nothing_is_opened_or_stored_after_it
    tests/addon/gateways/test_gmail.py
      test_no_endpoint_deletes_trashes_or_sends
"""
